// What an import does, in sentences. Pure.

import type { Counts, ImportListed, MatchScheme, Row } from '../api/importTypes';
import { w } from '../text/imports';
import { count, percent } from '../words/number';

type Part = 'created' | 'updated' | 'unchanged' | 'rejected' | 'not_placed' | 'missing';

const PARTS: Part[] = ['created', 'updated', 'unchanged', 'rejected', 'not_placed', 'missing'];

/** The one sentence: what is not there is not said. */
export function lookSentence(counts: Counts): string {
  const parts = PARTS.filter((part) => counts[part] > 0).map((part) =>
    w.look[part](count(counts[part]), counts[part]),
  );
  const sentence = parts.length > 0 ? `${parts.join(', ')}.` : '';
  const idle = counts.created === 0 && counts.updated === 0;
  return [idle ? w.look.nothing : '', sentence].filter(Boolean).join(' ');
}

/** What applying does, a line for each kind of change. */
export function applyLines({ counts, repairs }: ImportListed): string[] {
  if (!counts) return [];
  const lines = PARTS.filter((part) => counts[part] > 0).map((part) =>
    w.apply[part](count(counts[part]), counts[part]),
  );
  const accepted = repairs.reduce((sum, repair) => sum + repair.accepted, 0);
  const open = repairs.reduce((sum, repair) => sum + repair.proposed - repair.accepted, 0);
  if (accepted > 0) lines.push(w.apply.repairs(count(accepted), accepted));
  if (open > 0) lines.push(w.apply.undecided(count(open), open));
  return lines;
}

/** How sure a match must be to need no look. */
const SURE = 0.995;
const LIKELY = 0.9;

export function matchWords({ by, confidence }: NonNullable<Row['match']>): string {
  const name = w.match.by[by] ?? by;
  if (confidence >= SURE) return w.match.sure(name);
  const share = percent(Math.round(confidence * 100), 100) ?? '';
  return confidence >= LIKELY ? w.match.likely(name, share) : w.match.check(name, share);
}

export function needsCheck(match: Row['match']): boolean {
  return match !== null && match.confidence < LIKELY;
}

export function matchedBy(counts: Counts): string[] {
  return (Object.entries(counts.matched_by) as [MatchScheme, number][])
    .filter(([, n]) => n > 0)
    .map(([by, n]) => w.match.count(w.match.by[by] ?? by, count(n)));
}

/** Where only spaces differ, they are drawn, or old and new would look the same. */
export function visible(change: Row['changes'][number]): Row['changes'][number] {
  const { old, new: now } = change;
  const bare = (text: string) => text.replace(/\s+/g, ' ').trim();
  if (old === null || now === null || old === now || bare(old) !== bare(now)) return change;
  const drawn = (text: string) => text.replace(/^\s+|\s+$|\s{2,}/g, (s) => '·'.repeat(s.length));
  return { ...change, old: drawn(old), new: drawn(now) };
}

export function listCounts({ counts, state }: ImportListed): string {
  if (state === 'failed') return w.list.why;
  if (!counts) return state === 'discarded' ? w.list.neverRead : w.list.notRead;
  return w.list.counts(count(counts.created), count(counts.updated), count(counts.rejected));
}
