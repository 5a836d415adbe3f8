// What the columns of a file mean, and what a person corrects about them. Pure.

import type { Column, Corrections, FileShape, Layout } from '../api/importTypes';
import { t } from '../text/en';
import { meaningGroups, meaningWords } from '../text/meanings';
import { inWords } from '../words/slug';

export type Meanings = Record<string, string | null>;

export function meaningName(slug: string): string {
  const name = meaningWords[slug]?.[1] ?? inWords({}, slug);
  return name.charAt(0).toLocaleUpperCase(t.locale) + name.slice(1);
}

export interface MeaningGroup {
  title: string;
  meanings: { slug: string; name: string }[];
}

/** The meanings that the server knows, grouped; one that is new to this page is among the others. */
export function groupedMeanings(slugs: string[]): MeaningGroup[] {
  const order = Object.keys(meaningWords);
  const place = (slug: string) => (slug in meaningWords ? order.indexOf(slug) : order.length);
  return meaningGroups
    .map(([group, title]) => ({
      title,
      meanings: slugs
        .filter((slug) => (meaningWords[slug]?.[0] ?? 'other') === group)
        .sort((a, b) => place(a) - place(b))
        .map((slug) => ({ slug, name: meaningName(slug) })),
    }))
    .filter((group) => group.meanings.length > 0);
}

/** The columns with what the person has just said, before the server has answered. */
export function withChanges(columns: Column[], changes: Meanings): Column[] {
  return columns.map((column) =>
    column.name in changes
      ? { ...column, meaning: changes[column.name] ?? null, guessed: false }
      : column,
  );
}

/** Everything that a person has said, now or before: the server keeps no more than is PUT. */
export function corrections(layout: Layout, changes: Meanings, shape: FileShape): Corrections {
  const said = withChanges(layout.columns, changes).filter((column) => !column.guessed);
  return { ...shape, columns: Object.fromEntries(said.map((c) => [c.name, c.meaning])) };
}

/** Needed meanings that no column has. */
export function missingMeanings(layout: Layout, columns: Column[]): string[] {
  const there = new Set(columns.map((column) => column.meaning));
  return layout.meanings.filter((m) => m.needed && !there.has(m.slug)).map((m) => m.slug);
}

/** Meanings that several columns have, with those columns. */
export function claimedTwice(columns: Column[]): [slug: string, columns: string[]][] {
  const by = new Map<string, string[]>();
  for (const { meaning, name } of columns) {
    if (meaning) by.set(meaning, [...(by.get(meaning) ?? []), name]);
  }
  return [...by].filter(([, names]) => names.length > 1);
}

const ENCODINGS = ['UTF-8', 'UTF-16LE', 'UTF-16BE', 'windows-1252', 'windows-1250', 'windows-1256'];

/** What can be chosen, with what the file has now among it. */
export function encodings(now: string | null): string[] {
  const known = ENCODINGS.some((name) => name.toLowerCase() === now?.toLowerCase());
  return now && !known ? [now, ...ENCODINGS] : ENCODINGS;
}
