// What is told of probes: how much of a country is measured, and which of them needs somebody.

import type { GapRow } from './types';

export interface CoverageCounts {
  schools: number;
  connected_schools: number;
  live: number;
  late: number;
  silent: number;
  never_reported: number;
  without_probe: number;
  /** Absent where no school is connected. */
  coverage_ratio: number | null;
}

export interface CoverageRow extends CoverageCounts {
  /** From 1, best covered first. */
  rank: number | null;
  area: GapRow['area'];
}

export interface CoverageTable {
  country: string;
  level: number;
  as_of: string;
  late_after_school_days: number;
  rows: CoverageRow[];
  total: CoverageCounts;
}

export interface Work {
  probe_id: string;
  vantage: string;
  software: string;
  software_version: string;
  enrolled_at: string;
  last_report_at: string | null;
  state: string;
  reason: string;
  action: string;
  school: {
    id: string;
    name: string;
    student_count: number | null;
    location: { longitude: number; latitude: number } | null;
    area_id: string | null;
    area_name: string | null;
  };
}

export interface Worklist {
  as_of: string;
  late_after_school_days: number;
  silent_after_school_days: number;
  counts: {
    live: number;
    live_without_tests: number;
    late: number;
    silent: number;
    never_reported: number;
    retired: number;
  };
  total: number;
  next_cursor: string | null;
  items: Work[];
}
