// A status in words, with the evidence that it rests on. Pure.

import type { StatusEvidence } from '../api/types';
import { t } from '../text/en';
import { otherPrograms } from '../text/otherPrograms';
import { otherwiseShort } from './benchmark';
import { count, mbps } from './number';
import { otherSoftware } from './test';

export function statusSentence(evidence: StatusEvidence, windowDays: number): string {
  const { status } = evidence;
  const name = t.status[status].name;
  const target = mbps(evidence.target_download_mbps);
  const floor = mbps(evidence.floor_download_mbps);
  const tests = t.evidence.tests(count(evidence.valid_tests), evidence.valid_tests);
  const median = evidence.download_median_mbps;

  if (status === 'connected_unmeasured') return t.evidence.connectedUnmeasured(name, windowDays);
  if (status === 'not_connected') return t.evidence.notConnected(name);
  if (status === 'unknown') return t.evidence.unknown(name);
  if (median === null) {
    const failed = t.evidence.tests(count(evidence.failed_tests), evidence.failed_tests);
    return t.evidence.onlyFailed(name, failed, windowDays);
  }
  const measured = t.evidence.measured(name, mbps(median), tests, windowDays);
  if (status === 'good') return `${measured}; ${t.evidence.target(target)}.`;
  const short = otherwiseShort(evidence.bars);
  if (short) return t.evidence.short(measured, short);
  if (status === 'moderate') return `${measured}; ${t.evidence.between(floor, target)}.`;
  return `${measured}; ${t.evidence.below(floor, target)}.`;
}

/** What the reader should know before trusting the verdict. */
export function cautions(evidence: StatusEvidence): string[] {
  const notes: string[] = [];
  if (evidence.stale) notes.push(t.evidence.stale);
  const by = otherSoftware(evidence.software);
  if (by) notes.push(otherPrograms.verdict(by));
  if (evidence.off_hours_only) notes.push(t.evidence.offHoursOnly);
  if (evidence.failed_tests > 0 && evidence.download_median_mbps !== null) {
    notes.push(t.evidence.alsoFailed(count(evidence.failed_tests), evidence.failed_tests));
  }
  return notes;
}
