// What the server answers about imports, as the contract of /api/v1/imports says it.

import type { Box } from './types';

export const VERDICTS = ['created', 'updated', 'unchanged', 'rejected', 'missing'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const DELIMITERS = ['comma', 'semicolon', 'tab', 'pipe'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

export type ImportState =
  'uploaded' | 'reading' | 'staged' | 'applying' | 'applied' | 'undone' | 'discarded' | 'failed';

export interface Column {
  name: string;
  /** `null`: kept as an extra attribute under its own name. */
  meaning: string | null;
  /** False when a person said so, now or at an earlier import of this source. */
  guessed: boolean;
  samples: string[];
  /** Spellings of a column that knows only certain values. */
  values: { stated: string; taken: string | null }[] | null;
}

/** How the file is to be read; `null` is as found. */
export interface FileShape {
  encoding: string | null;
  delimiter: Delimiter | null;
  sheet: string | null;
}

export interface Layout {
  format: string;
  encoding: string | null;
  delimiter: Delimiter | null;
  sheet: string | null;
  sheets: string[];
  /** What a person chose of the three above; a server that does not say so leaves it out. */
  chosen?: FileShape | null;
  columns: Column[];
  meanings: { slug: string; needed: boolean }[];
}

/** What is PUT: only what a person says differently. */
export interface Corrections extends FileShape {
  columns: Record<string, string | null>;
}

export type MatchScheme =
  'schoolbeat' | 'government' | 'giga' | 'osm' | 'import' | 'position_and_name';

export interface Counts extends Record<Verdict, number> {
  rows: number;
  not_placed: number;
  findings: number;
  matched_by: Partial<Record<MatchScheme, number>>;
}

export interface FindingKind {
  code: string;
  severity: Severity;
  count: number;
  /** In how many rows; a finding may be about the file as a whole. */
  rows: number;
  field: string | null;
  example: { row: number | null; value: string | null; message: string } | null;
  /** What is said of the file as a whole. */
  notes: { field: string | null; value: string | null; message: string }[];
}

export interface RepairCount {
  kind: string;
  proposed: number;
  accepted: number;
}

export interface ImportListed {
  id: string;
  country: string;
  subject: string;
  file_name: string;
  file_sha256: string;
  file_bytes: number;
  source: string | null;
  actor: string;
  state: ImportState;
  created_at: string;
  staged_at: string | null;
  applied_at: string | null;
  applied_by: string | null;
  undone_at: string | null;
  undone_by: string | null;
  error: { code: string; message: string } | null;
  rows_read: number;
  counts: Counts | null;
  findings: FindingKind[];
  repairs: RepairCount[];
  bounds: Box | null;
}

export interface Import extends ImportListed {
  layout: Layout | null;
}

export interface ImportPage {
  imports: ImportListed[];
  total: number;
  next_cursor: string | null;
}

export interface RowRepair {
  kind: string;
  stated: string | null;
  proposed: string | null;
  accepted: boolean;
}

export interface Row {
  row: number | null;
  verdict: Verdict;
  school_id: string | null;
  name: string | null;
  longitude: number | null;
  latitude: number | null;
  match: { by: MatchScheme; confidence: number } | null;
  changes: { field: string; old: string | null; new: string | null }[];
  findings: {
    code: string;
    severity: Severity;
    field: string | null;
    value: string | null;
    message: string;
  }[];
  repairs: RowRepair[];
}

export interface RowPage {
  rows: Row[];
  total: number;
  next_cursor: string | null;
}

/** Which rows are asked for; what is `null` does not narrow them. */
export interface RowFilter {
  verdict: Verdict | null;
  code: string | null;
  repair: string | null;
  row: number | null;
}
