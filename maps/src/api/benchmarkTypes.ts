// What the server answers of rule sets, and of what learners can do with a line.

export type Metric = 'download' | 'upload' | 'rtt' | 'loss';

export interface Benchmark {
  rule_set: string;
  version: number;
  name: string;
  source: string;
  source_url: string | null;
  /** A day, a month or a year. */
  published: string | null;
  /** What the source leaves open, and what is taken then. */
  note: string;
  in_words: string;
  /** The download rate that can stand for it in a sentence, if one can. */
  headline_mbps: number | null;
  floor_download_mbps: number;
  target_download_mbps: number;
}

/** What was asked of one school, and what was measured. */
export interface Bar {
  metric: Metric;
  floor: number | null;
  target: number;
  measured: number | null;
}

/** What is not known of a school, so that the rule set's default was taken. */
export type Fact = 'students' | 'busiest_shift' | 'education_level' | 'technology';

export interface Line {
  download_mbps: number | null;
  upload_mbps: number | null;
  rtt_ms: number | null;
  loss_ratio: number | null;
}

export interface Use {
  use: string;
  /** At once; `null` where it cannot be said. */
  learners: number | null;
  limited_by: Metric | null;
  missing: Metric[];
  needs: Line;
  source: string;
}

export interface Uses {
  window_days: number;
  valid_tests: number;
  off_hours_only: boolean;
  line: Line;
  uses: Use[];
  content: {
    gb_per_night: number | null;
    why_not: 'few_tests' | 'availability_not_known' | null;
    p10_download_mbps: number | null;
    tests: number;
    availability: number | null;
  };
  iqb: {
    score: number | null;
    edu_score: number | null;
    missing: Metric[];
    loss_source: 'retransmissions' | 'packets' | null;
    enough_tests: boolean;
  };
  levels: {
    inec: { level: number | null; missing: string[] };
    sdg_4a1b: 'yes' | 'no' | 'unknown';
  };
}
