// What an address means, and the address of each page. Pure.

import { VERDICTS, type RowFilter, type Verdict } from '../api/importTypes';

/** A part of the page of one import; without one, the part that its state asks for. */
export const IMPORT_STEPS = ['columns', 'look', 'apply'] as const;
export type ImportStep = (typeof IMPORT_STEPS)[number];

export type Route =
  | { page: 'map'; school: string | null; country: string | null; area: string | null }
  | { page: 'gaps'; country: string | null; level: number | null }
  | { page: 'probes'; country: string | null; level: number | null }
  | { page: 'login'; next: string }
  | { page: 'imports'; country: string | null }
  | { page: 'import'; id: string; step: ImportStep | null; filter: RowFilter }
  | { page: 'corrections' }
  | { page: 'measure'; school: string | null }
  | { page: 'missing' };

export const correctionsPath = '/admin/corrections';

export function parseRoute(path: string, search: string): Route {
  const query = new URLSearchParams(search);
  const parts = path.split('/').filter(Boolean);
  const country = query.get('country');
  const area = query.get('area');
  if (parts.length === 0) return { page: 'map', school: query.get('school'), country, area };
  if (parts[0] === 'schools' && parts[1] && parts.length === 2) {
    return { page: 'map', school: decode(parts[1]), country, area };
  }
  const ofLevels = (['gaps', 'probes'] as const).find((page) => page === parts[0]);
  if (ofLevels && parts.length === 1) {
    const level = Number(query.get('level') ?? '');
    return { page: ofLevels, country, level: Number.isInteger(level) && level > 0 ? level : null };
  }
  if (parts[0] === 'measure' && parts.length === 1) {
    return { page: 'measure', school: query.get('school') };
  }
  if (parts[0] === 'login' && parts.length === 1) {
    return { page: 'login', next: safeNext(query.get('next')) };
  }
  if (parts[0] === 'admin' && parts[1] === 'imports' && parts.length <= 3) {
    if (!parts[2]) return { page: 'imports', country };
    const step = IMPORT_STEPS.find((known) => known === query.get('step')) ?? null;
    return { page: 'import', id: decode(parts[2]), step, filter: rowFilter(query) };
  }
  if (path.replace(/\/$/, '') === correctionsPath) return { page: 'corrections' };
  return { page: 'missing' };
}

function rowFilter(query: URLSearchParams): RowFilter {
  const row = Number(query.get('row') ?? '');
  return {
    verdict: VERDICTS.find((known) => known === query.get('verdict')) ?? null,
    code: query.get('code') || null,
    repair: query.get('repair') || null,
    row: Number.isInteger(row) && row > 0 ? row : null,
  };
}

/** Only a path of this site: a login must not lead to a stranger's page. */
export function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function mapPath(values: { school?: string | null; country?: string; area?: string }) {
  const query = new URLSearchParams();
  if (values.country) query.set('country', values.country);
  if (values.area) query.set('area', values.area);
  if (values.school) query.set('school', values.school);
  const text = query.toString();
  return text ? `/?${text}` : '/';
}

export function gapsPath(country: string | null, level?: number): string {
  return ofLevel('/gaps', country, level);
}

export function probesPath(country: string | null, level?: number): string {
  return ofLevel('/probes', country, level);
}

function ofLevel(path: string, country: string | null, level?: number): string {
  const query = new URLSearchParams();
  if (country) query.set('country', country);
  if (level) query.set('level', String(level));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export function measurePath(school: string | null): string {
  return school ? `/measure?${new URLSearchParams({ school })}` : '/measure';
}

export function importsPath(country?: string | null): string {
  return country ? `/admin/imports?${new URLSearchParams({ country })}` : '/admin/imports';
}

export function importPath(
  id: string,
  step?: ImportStep | null,
  filter: { verdict?: Verdict; code?: string; repair?: string; row?: number } = {},
): string {
  const query = new URLSearchParams();
  if (step) query.set('step', step);
  for (const [key, value] of Object.entries(filter)) if (value) query.set(key, String(value));
  const text = query.toString();
  return `/admin/imports/${encodeURIComponent(id)}${text ? `?${text}` : ''}`;
}
