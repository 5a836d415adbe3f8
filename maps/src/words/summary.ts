// The one sentence that says what the map shows. Pure.

import type { Benchmark } from '../api/benchmarkTypes';
import type { Overview } from '../api/types';
import { t } from '../text/en';
import { count, mbps, percent } from './number';

export function summarySentence(overview: Overview): string {
  const { schools, measured, meeting_target, benchmark, window_days } = overview;
  if (schools === 0) return t.summary.none;
  if (measured === 0) return t.summary.unmeasured(count(schools), schools, window_days);
  const target = targetWords(benchmark);
  const share = percent(meeting_target, measured) ?? '';
  return t.summary.measured(count(measured), count(schools), schools, share, target);
}

/** What there is to meet: one rate, or what the benchmark asks of each school. */
export function targetWords({ headline_mbps, name }: Benchmark): string {
  return headline_mbps === null ? t.benchmark.meets(name) : mbps(headline_mbps);
}

export function notPlacedSentence(n: number): string | null {
  return n > 0 ? t.summary.notPlaced(count(n), n) : null;
}
