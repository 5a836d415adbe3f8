// One speed test in words. Pure.

import type { SpeedTest } from '../api/types';
import { t } from '../text/en';
import { inWords } from './slug';
import { mbps, milliseconds } from './number';

export function stageInWords(stage: string | null): string {
  return inWords(t.stages, stage ?? 'transfer');
}

/** Tests of probes and of browsers apart: they are never one series. */
export function byVantage(tests: SpeedTest[]): { probes: SpeedTest[]; browsers: SpeedTest[] } {
  const isBrowser = (test: SpeedTest) => test.vantage === 'browser';
  return {
    probes: tests.filter((test) => !isBrowser(test)),
    browsers: tests.filter(isBrowser),
  };
}

export function latestSentence(test: SpeedTest): string {
  if (test.outcome === 'failed' || test.download_mbps === null) {
    return t.school.latestFailed(stageInWords(test.failed_stage));
  }
  const parts = [
    `${t.school.latestOk(
      mbps(test.download_mbps),
      test.upload_mbps === null ? null : mbps(test.upload_mbps),
      test.rtt_min_ms === null ? null : milliseconds(test.rtt_min_ms),
    )}.`,
  ];
  if (test.invalid_reason) parts.push(t.school.invalid(inWords(t.invalid, test.invalid_reason)));
  if (!test.in_opening_hours) parts.push(t.school.offHours);
  return parts.join(' ');
}
