// What learners can do with a line, in a teacher's words. Pure.

import type { Use, Uses } from '../api/benchmarkTypes';
import { t } from '../text/en';
import { quantity } from './benchmark';
import { count, mbps, percent, rate } from './number';

export interface Row {
  name: string;
  /** How many learners, or how much. */
  says: string;
  why: string;
  known: boolean;
}

export function useRow(use: Use, line: Uses['line']): Row {
  const name = t.uses.names[use.use] ?? use.use;
  if (use.learners === null) {
    return { name, says: t.uses.notKnown, why: t.uses.missing(use.missing), known: false };
  }
  const says =
    use.learners === 0 ? t.uses.nobody : t.uses.learners(count(use.learners), use.learners);
  return { name, says, why: limit(use, line), known: true };
}

function limit(use: Use, line: Uses['line']): string {
  switch (use.limited_by) {
    case 'download':
    case 'upload': {
      const rates = { download: 'download_mbps', upload: 'upload_mbps' } as const;
      const of = rates[use.limited_by];
      const need = mbps(use.needs[of] ?? 0);
      return use.learners === 0
        ? t.uses.tooSlow[use.limited_by](mbps(line[of] ?? 0), need)
        : t.uses.limit[use.limited_by](need);
    }
    case 'rtt':
      return t.uses.tooLong(
        quantity('rtt', line.rtt_ms ?? 0),
        quantity('rtt', use.needs.rtt_ms ?? 0),
      );
    case 'loss':
      return t.uses.tooMuchLost(
        quantity('loss', line.loss_ratio ?? 0),
        quantity('loss', use.needs.loss_ratio ?? 0),
      );
    case null:
      return '';
  }
}

export function contentRow({ content }: Uses): Row {
  const name = t.uses.content;
  const { gb_per_night, p10_download_mbps, availability, why_not } = content;
  if (gb_per_night === null || p10_download_mbps === null || availability === null) {
    const why = why_not ? t.uses.whyNot[why_not] : '';
    return { name, says: t.uses.notKnown, why, known: false };
  }
  const share = percent(availability, 1) ?? '';
  const why = t.uses.night(mbps(p10_download_mbps), count(content.tests), share);
  return { name, says: t.uses.gigabytes(rate(gb_per_night)), why, known: true };
}

export function indexRows({ iqb, levels }: Uses): Row[] {
  const score = (name: string, value: number | null, notes: string[]): Row =>
    value === null
      ? { name, says: t.uses.notKnown, why: t.uses.missing(iqb.missing), known: false }
      : { name, says: t.uses.score(value.toFixed(2)), why: notes.join('; '), known: true };
  const notes = [
    iqb.loss_source ? t.uses.lossBy[iqb.loss_source] : null,
    iqb.enough_tests ? null : t.uses.fewTests,
  ].filter((note) => note !== null);
  const { level, missing } = levels.inec;
  const lacking = missing.map((fact) => t.uses.lacks[fact] ?? fact);
  const sdg = levels.sdg_4a1b;
  return [
    score(t.uses.iqb, iqb.score, notes),
    score(t.uses.iqbEdu, iqb.edu_score, []),
    {
      name: t.uses.inec,
      says: level === null ? t.uses.notKnown : t.uses.inecLevel(level),
      why: level === null ? t.uses.lacking(lacking) : '',
      known: level !== null,
    },
    {
      name: t.uses.sdg,
      says: t.uses.sdgLevel[sdg],
      why: sdg === 'unknown' ? t.uses.sdgUnknown : '',
      known: sdg !== 'unknown',
    },
  ];
}

/** Who says what a use needs, each once. */
export function sourcesOf({ uses }: Uses): string[] {
  return [...new Set(uses.map((use) => use.source))];
}
