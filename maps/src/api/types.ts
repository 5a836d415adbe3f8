// What the server answers, as the contract of /api/v1 says it.

import type { Bar, Benchmark, Fact } from './benchmarkTypes';

export const STATUSES = [
  'good',
  'moderate',
  'bad',
  'connected_unmeasured',
  'not_connected',
  'unknown',
] as const;

export type Status = (typeof STATUSES)[number];
export type Box = [west: number, south: number, east: number, north: number];

export interface Page<T> {
  items: T[];
  total: number;
  next_cursor?: string | null;
}

export interface Country {
  code: string;
  name: string;
  invented: boolean;
  time_zone: string;
  credit: string | null;
  bbox: Box | null;
  schools: number;
  levels: { level: number; areas: number }[];
}

export interface Overview {
  country: string;
  as_of: string;
  window_days: number;
  schools: number;
  placed: number;
  not_placed: number;
  counts: Record<Status, number>;
  measured: number;
  meeting_target: number;
  students_known: number;
  schools_with_students: number;
  benchmark: Benchmark;
  last_measured_at: string | null;
  probes: { enrolled: number; reporting: number };
}

export interface Location {
  longitude: number;
  latitude: number;
}

export interface SchoolHit {
  id: string;
  name: string;
  country: string;
  status: Status;
  location: Location | null;
  area: string | null;
  download_median_mbps: number | null;
  last_measured_at: string | null;
}

export interface StatusEvidence {
  status: Status;
  stale: boolean;
  valid_tests: number;
  failed_tests: number;
  off_hours_only: boolean;
  download_median_mbps: number | null;
  upload_median_mbps: number | null;
  rtt_median_ms: number | null;
  target_download_mbps: number;
  floor_download_mbps: number;
  last_measured_at: string | null;
  computed_at: string;
  /** Whose tests it rests on, where not our own probes'. */
  software: string | null;
  benchmark: Benchmark | null;
  bars: Bar[];
  assumed: Fact[];
}

export interface Probe {
  id: string;
  vantage: string;
  invented: boolean;
  enrolled_at: string;
  last_report_at: string | null;
  revoked_at: string | null;
  /** Whose program it is: `schoolbeat_probe` or `giga_meter`. */
  software: string;
  software_version: string | null;
}

export interface SpeedTest {
  measured_at: string;
  received_at: string;
  outcome: 'ok' | 'failed';
  failed_stage: string | null;
  download_mbps: number | null;
  upload_mbps: number | null;
  rtt_min_ms: number | null;
  rtt_loaded_ms: number | null;
  invalid_reason: string | null;
  in_opening_hours: boolean;
  vantage: string;
  server: string | null;
  software: string | null;
}

export const INFRASTRUCTURE_KINDS = [
  'fibre_node',
  'fibre_line',
  'microwave_node',
  'cell_site',
  'coverage',
  'grid_line',
] as const;

export type InfrastructureKind = (typeof INFRASTRUCTURE_KINDS)[number];

/** Who says so, under which licence, of which day. */
export interface Origin {
  source: string;
  licence: string;
  as_of: string;
}

export interface NearestThing extends Origin {
  kind: InfrastructureKind;
  generation: string | null;
  planned: boolean;
  id: string;
  name: string | null;
  status: 'live' | 'under_construction' | 'planned' | 'unknown';
  operator: string | null;
  technology: string | null;
  range_m: number | null;
  /** Geodesic; 0 within a coverage. */
  distance_m: number;
}

export interface InfrastructureDataset extends Origin {
  kind: InfrastructureKind;
  country: string | null;
  things: number;
}

/** What became of a speed test that a browser made. */
export interface StoredTest {
  verdict: 'stored' | 'stored_invalid' | 'duplicate';
  reason: string | null;
  detail: string | null;
}

export interface School {
  id: string;
  name: string;
  country: { code: string; name: string; invented: boolean; time_zone: string };
  location: Location | null;
  location_problem: string | null;
  areas: { level: number; id: string; name: string; names: Names }[];
  ids: { scheme: string; value: string }[];
  education_level: string | null;
  student_count: number | null;
  connectivity_declared: 'yes' | 'no' | 'unknown';
  status: StatusEvidence;
  window_days: number;
  probes: Probe[];
  latest: SpeedTest | null;
  merged: MergedSchool[];
  infrastructure: NearestThing[];
}

export interface MergedSchool {
  id: string;
  name: string;
  education_level: string | null;
  into: string;
  ids: { scheme: string; value: string }[];
}

export interface SeriesDay {
  day: string;
  tests: number;
  valid_tests: number;
  failed_tests: number;
  download_median_mbps: number | null;
  download_p5_mbps: number | null;
  download_p95_mbps: number | null;
  upload_median_mbps: number | null;
  rtt_median_ms: number | null;
  loss_ratio: number | null;
  bytes_used: number;
  software: string | null;
}

export type PresenceState = 'online' | 'lan_down' | 'isp_down' | 'service_down' | 'off';

export interface PresenceSpan {
  state: PresenceState;
  detail: 'captive_portal' | 'no_names' | 'tls' | 'server_error' | null;
  started_at: string;
  ended_at: string;
}

/** What no span covers is unknown. */
export interface Presence {
  spans: PresenceSpan[];
  truncated: boolean;
  opening_hours: {
    online_s: number;
    lan_down_s: number;
    isp_down_s: number;
    service_down_s: number;
    off_s: number;
    no_data_s: number;
  };
  uptime_ratio: number | null;
}

/** The checks of one local day to one target by one method; those of others stand beside it. */
export interface PathDay {
  day: string;
  target_kind: 'gateway' | 'resolver' | 'server' | 'other';
  target: string;
  method: 'icmp' | 'tcp';
  vantage: string;
  timeout_ms: number;
  checks: number;
  failed_checks: number;
  sent: number;
  received: number;
  rtt_min_ms: number | null;
  rtt_median_ms: number | null;
  rtt_p95_ms: number | null;
  rtt_max_ms: number | null;
  jitter_ms: number | null;
  pdv_p95_ms: number | null;
  loss_ratio: number | null;
  newest_at: string;
}

/** The checks of one local day of one learning platform's page. */
export interface PageDay {
  day: string;
  url: string;
  vantage: string;
  checks: number;
  failed_checks: number;
  dns_ms: number | null;
  connect_ms: number | null;
  tls_ms: number | null;
  http_ms: number | null;
  http_status: number | null;
  failed_stage: string | null;
  newest_at: string;
}

export interface Series {
  from: string;
  to: string;
  days: SeriesDay[];
  tests: SpeedTest[];
  tests_truncated: boolean;
  presence: Presence;
  path: { days: PathDay[]; truncated: boolean };
  pages: { days: PageDay[]; truncated: boolean };
  /** Giga Meter's looks at the internet: instants, not spans. */
  giga_meter: { checks: number; connected: number };
}

/** Names by language tag. */
export type Names = Record<string, string>;

export interface Area {
  id: string;
  name: string;
  names: Names;
  code: string | null;
  level: number;
  parent_id: string | null;
  population: number | null;
  population_year: number | null;
  bbox: Box;
}

export interface GapCounts {
  schools: number;
  connected: number;
  not_connected: number;
  unknown: number;
  measured: number;
  connected_unmeasured: number;
  good: number;
  moderate: number;
  bad: number;
  schools_with_students: number;
  students_known: number;
  students_meeting_target: number;
  students_below_target: number;
  students_not_measured: number;
}

export interface GapRow extends GapCounts {
  area: { id: string; name: string; names: Names; code: string | null } | null;
}

export interface GapTable {
  country: { code: string; name: string; invented: boolean };
  level: number;
  as_of: string;
  window_days: number;
  benchmark: Benchmark;
  rows: GapRow[];
  total: GapCounts;
}

export interface Session {
  login: string;
  role: string;
  may: Action[];
}

export type Action =
  'enrol_probe' | 'revoke_probe' | 'propose_correction' | 'decide_correction' | 'merge_schools';

export interface Proposal {
  name?: string;
  longitude?: number;
  latitude?: number;
  accuracy_m?: number;
  note?: string;
}

export interface KnownPlace {
  name: string;
  location: Location | null;
}

export interface Correction {
  id: string;
  school: string;
  country: string;
  field: 'name' | 'location';
  name: string | null;
  location: Location | null;
  accuracy_m: number | null;
  note: string | null;
  proposed_by: string;
  proposed_at: string;
  known: KnownPlace;
  current: KnownPlace;
  moved_m: number | null;
  doubts: string[];
  state: 'pending' | 'approved' | 'declined' | 'withdrawn';
}

export interface HistoryEntry {
  id: number;
  at: string;
  actor?: string;
  kind: string;
  file_name: string | null;
  file_sha256: string | null;
  changes: { field: string; old: unknown; new: unknown }[];
}

export interface History {
  total: number;
  next_cursor: number | null;
  items: HistoryEntry[];
}

export interface Enrolment {
  code: string;
  expires_at: string;
  command: string;
  qr_svg: string;
}

export interface SchoolChange {
  id: string;
  status: Status;
  last_measured_at: string | null;
  download_median_mbps: number | null;
}
