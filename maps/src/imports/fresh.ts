// What is asked for before a file is sent. Pure.

import type { ImportListed } from '../api/importTypes';
import { w } from '../text/imports';
import { bytes } from '../words/number';

export const MOST_BYTES = 500_000_000;

export interface Wishes {
  country: string;
  source: string;
  file: { name: string; size: number } | null;
}

export type Faults = Partial<Record<keyof Wishes, string>>;

export function faultsOf({ country, source, file }: Wishes, another: boolean): Faults {
  const faults: Faults = {};
  if (!/^[A-Z]{3}$/.test(country)) {
    faults.country = another ? w.fresh.wrongCode : w.fresh.wrongCountry;
  }
  if (source.trim() === '') faults.source = w.fresh.noSource;
  const fault = fileFault(file);
  if (fault) faults.file = fault;
  return faults;
}

export function fileFault(file: Wishes['file']): string | null {
  if (!file) return w.fresh.noFile;
  if (file.size === 0) return w.fresh.emptyFile;
  return file.size > MOST_BYTES ? w.fresh.tooLarge(bytes(file.size)) : null;
}

/** Names of sources used before, those of the same country first, the newest first. */
export function knownSources(
  imports: Pick<ImportListed, 'country' | 'source' | 'created_at'>[],
  country: string,
): string[] {
  const sorted = [...imports].sort(
    (a, b) =>
      Number(b.country === country) - Number(a.country === country) ||
      b.created_at.localeCompare(a.created_at),
  );
  return [...new Set(sorted.flatMap(({ source }) => (source ? [source] : [])))];
}
