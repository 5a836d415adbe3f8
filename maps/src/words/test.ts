// One speed test in words. Pure.

import type { SpeedTest } from '../api/types';
import { t } from '../text/en';
import { otherPrograms } from '../text/otherPrograms';
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

/** The name of a program that is not our own probe. */
export function otherSoftware(software: string | null): string | null {
  return software && software !== 'schoolbeat_probe'
    ? inWords(otherPrograms.names, software)
    : null;
}

/** The names of all such programs that took one of these tests; null where none did. */
export function otherSoftwareOf(tests: SpeedTest[]): string | null {
  const names = new Set(tests.map((test) => otherSoftware(test.software)));
  return [...names].filter((name) => name !== null).join(', ') || null;
}

export function latestSentence(test: SpeedTest): string {
  const by = otherSoftware(test.software);
  if (test.outcome === 'failed' || test.download_mbps === null) {
    const failed = t.school.latestFailed(stageInWords(test.failed_stage));
    return by ? `${failed} ${otherPrograms.test(by)}` : failed;
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
  if (by) parts.push(otherPrograms.test(by));
  return parts.join(' ');
}
