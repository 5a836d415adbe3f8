// The one sentence that says what the map shows. Pure.

import type { Overview } from '../api/types';
import { t } from '../text/en';
import { count, mbps, percent } from './number';

export function summarySentence(overview: Overview): string {
  const { schools, measured, meeting_target, benchmark, window_days } = overview;
  if (schools === 0) return t.summary.none;
  if (measured === 0) return t.summary.unmeasured(count(schools), schools, window_days);
  const target = mbps(benchmark.target_download_mbps);
  const share = percent(meeting_target, measured) ?? '';
  return t.summary.measured(count(measured), count(schools), schools, share, target);
}

export function notPlacedSentence(n: number): string | null {
  return n > 0 ? t.summary.notPlaced(count(n), n) : null;
}
