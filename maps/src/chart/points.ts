// What the chart draws, worked out from the series of a school. Pure.

import type { Series, SpeedTest } from '../api/types';
import { startOfDay } from '../words/time';

const DAY_SECONDS = 86_400;

export interface ChartPoints {
  /** Seconds since 1970, rising; the columns below have one value for each. */
  x: number[];
  /** Tests that count. */
  tests: (number | null | undefined)[];
  /** Tests outside school hours or not valid. */
  faded: (number | null | undefined)[];
  /** At noon of each day; `null` makes a gap, `undefined` only skips a place that belongs to a test. */
  medians: (number | null | undefined)[];
  failed_at: number[];
  /** Spans without any test. */
  empty: { from: number; to: number }[];
  from: number;
  to: number;
  top_mbps: number;
}

export function chartPoints(series: Series, zone: string, target_mbps: number): ChartPoints {
  const days = series.days.map((d) => ({ ...d, starts: startOfDay(d.day, zone) }));
  const tests = series.tests.map((test) => ({ test, at: Date.parse(test.measured_at) / 1000 }));
  const places = [
    ...tests.map(({ test, at }) => ({ at, test, median: undefined as number | null | undefined })),
    ...days.map((d) => ({
      at: d.starts + DAY_SECONDS / 2,
      test: null as SpeedTest | null,
      median: d.download_median_mbps,
    })),
  ].sort((a, b) => a.at - b.at);

  const rates = tests.map(({ test }) => test.download_mbps ?? 0);
  const first = days[0]?.starts ?? Date.parse(series.from) / 1000;
  const last = days[days.length - 1];
  return {
    x: places.map((p) => p.at),
    tests: places.map((p) => (p.test && counts(p.test) ? p.test.download_mbps : undefined)),
    faded: places.map((p) =>
      p.test && p.test.outcome === 'ok' && !counts(p.test) ? p.test.download_mbps : undefined,
    ),
    medians: places.map((p) => p.median),
    failed_at: tests.filter(({ test }) => test.outcome === 'failed').map(({ at }) => at),
    empty: emptySpans(days),
    from: Math.min(first, ...tests.map(({ at }) => at)),
    to: Math.max(
      last ? last.starts + DAY_SECONDS : Date.parse(series.to) / 1000,
      ...tests.map(({ at }) => at),
    ),
    top_mbps: 1.12 * Math.max(target_mbps, ...rates),
  };
}

function counts(test: SpeedTest): boolean {
  return test.outcome === 'ok' && test.invalid_reason === null && test.in_opening_hours;
}

function emptySpans(days: { starts: number; tests: number }[]): ChartPoints['empty'] {
  const spans: ChartPoints['empty'] = [];
  for (const { starts, tests } of days) {
    if (tests > 0) continue;
    const last = spans[spans.length - 1];
    // An hour of slack, because a day of a clock change has 23 or 25 hours.
    if (last && Math.abs(last.to - starts) <= 3_600) last.to = starts + DAY_SECONDS;
    else spans.push({ from: starts, to: starts + DAY_SECONDS });
  }
  return spans;
}

/** The test nearest in time, for reading its value. */
export function nearestTest(tests: SpeedTest[], at: number): SpeedTest | null {
  let best: SpeedTest | null = null;
  let least = Infinity;
  for (const test of tests) {
    const far = Math.abs(Date.parse(test.measured_at) / 1000 - at);
    if (far < least) [best, least] = [test, far];
  }
  return best;
}
