import { describe, expect, it } from 'vitest';
import type { Column, Counts, FindingKind, Import, Layout } from '../src/api/importTypes';
import {
  claimedTwice,
  corrections,
  encodings,
  groupedMeanings,
  missingMeanings,
  withChanges,
} from '../src/imports/columns';
import { faultsOf, fileFault, knownSources, MOST_BYTES } from '../src/imports/fresh';
import { ordered, repairWords, wordsOf } from '../src/imports/kinds';
import { firstPage, withPage } from '../src/imports/paging';
import {
  applyLines,
  listCounts,
  lookSentence,
  matchWords,
  needsCheck,
  visible,
} from '../src/imports/sentences';
import { isOpen, isPassing, pollPause, shownStep, stepMarks } from '../src/imports/steps';
import { asSentence } from '../src/words/slug';
import { bytes } from '../src/words/number';

const plain = (text: string) => text.replaceAll('\u202f', ' ');

const counts: Counts = {
  rows: 6884,
  created: 6883,
  updated: 0,
  unchanged: 0,
  rejected: 1,
  missing: 0,
  not_placed: 4,
  findings: 233,
  matched_by: {},
};

describe('what will happen', () => {
  it('is one plain sentence that leaves out what is not there', () => {
    expect(lookSentence(counts)).toBe(
      '6,883 schools are new, 1 row is not taken, 4 are not placed on the map.',
    );
  });

  it('says so when nothing would change', () => {
    const same = { ...counts, created: 0, unchanged: 6883, rejected: 0, not_placed: 0 };
    expect(lookSentence(same)).toBe('Nothing would change. 6,883 schools stay as before.');
    expect(lookSentence({ ...same, unchanged: 0 })).toBe('Nothing would change.');
  });

  it('names one school in the singular', () => {
    expect(lookSentence({ ...counts, created: 1, updated: 1, missing: 1, not_placed: 1 })).toBe(
      '1 school is new, 1 school changes, 1 row is not taken, 1 is not placed on the map, 1 known school is missing from this file.',
    );
  });

  it('is told line by line before it is applied, with the repairs', () => {
    const repairs = [
      { kind: 'trimmed_name', proposed: 198, accepted: 198 },
      { kind: 'mojibake', proposed: 3, accepted: 1 },
    ];
    const lines = applyLines({ counts, repairs } as Import);
    expect(lines[0]).toBe('6,883 schools are added.');
    expect(lines).toContain('199 repairs are made.');
    expect(lines.at(-1)).toMatch(/^2 offered repairs are not accepted/);
    expect(applyLines({ counts: null, repairs: [] } as unknown as Import)).toEqual([]);
  });

  it('is never given for a list that could not be read', () => {
    const failed = { counts: null, state: 'failed' } as Import;
    expect(listCounts(failed)).not.toContain('new');
    expect(listCounts({ ...failed, state: 'uploaded' })).toBe('not read yet');
    expect(listCounts({ ...failed, state: 'staged', counts })).toBe(
      '6,883 new, 0 changed, 1 not taken',
    );
  });
});

describe('old and new', () => {
  it('draw their spaces where nothing else differs', () => {
    const change = (old: string | null, now: string | null) => {
      const seen = visible({ field: 'school_name', old, new: now });
      return [seen.old, seen.new];
    };
    expect(change(' Moi  Girls ', 'Moi Girls')).toEqual(['·Moi··Girls·', 'Moi Girls']);
    expect(change('Moi ', 'Mai')).toEqual(['Moi ', 'Mai']);
    expect(change(null, 'Moi ')).toEqual([null, 'Moi ']);
  });
});

describe('how a school was recognised', () => {
  it('asks for a look where it is not sure', () => {
    const by = 'position_and_name' as const;
    expect(plain(matchWords({ by: 'government', confidence: 1 }))).toBe(
      'recognised by ministry id',
    );
    expect(plain(matchWords({ by, confidence: 0.87 }))).toBe(
      'recognised by position and name, 87 %: check',
    );
    expect(plain(matchWords({ by, confidence: 0.94 }))).toBe(
      'recognised by position and name, 94 %',
    );
    expect(needsCheck({ by, confidence: 0.87 })).toBe(true);
    expect(needsCheck({ by, confidence: 1 })).toBe(false);
    expect(needsCheck(null)).toBe(false);
  });
});

describe('the steps', () => {
  it('follow the state, and a wish only where it can be met', () => {
    expect(shownStep('uploaded', null)).toBe('columns');
    expect(shownStep('uploaded', 'apply')).toBe('columns');
    expect(shownStep('reading', 'look')).toBe('reading');
    expect(shownStep('staged', null)).toBe('look');
    expect(shownStep('staged', 'apply')).toBe('apply');
    expect(shownStep('applied', 'apply')).toBe('applied');
    expect(shownStep('applied', 'look')).toBe('look');
    expect(shownStep('failed', 'columns')).toBe('columns');
    expect(shownStep('discarded', 'look')).toBe('ended');
  });

  it('have exactly one that is open', () => {
    for (const state of ['uploaded', 'reading', 'staged', 'applying', 'applied', 'failed'] as const)
      expect(stepMarks(state, shownStep(state, null)).filter((m) => m.current)).toHaveLength(1);
  });

  it('lead only to what can be seen', () => {
    const goals = stepMarks('uploaded', 'columns').map((mark) => mark.goal);
    expect(goals).toEqual(['columns', undefined, undefined, undefined]);
    expect(stepMarks('applied', 'look').at(-1)?.goal).toBeNull();
  });

  it('are closed once the list is applied', () => {
    expect(isOpen('staged')).toBe(true);
    expect(isOpen('applied')).toBe(false);
    expect(isPassing('reading')).toBe(true);
    expect(isPassing('staged')).toBe(false);
  });

  it('are asked for more slowly the longer it takes, and slower still on a bad line', () => {
    expect(pollPause(1, 0)).toBeLessThan(pollPause(20, 0));
    expect(pollPause(1, 0)).toBeLessThan(pollPause(1, 2));
    expect(pollPause(1000, 1000)).toBeLessThanOrEqual(15_000);
  });
});

describe('the columns', () => {
  const column = (name: string, meaning: string | null, guessed = true): Column => ({
    name,
    meaning,
    guessed,
    samples: [],
    values: null,
  });
  const layout = {
    columns: [column('NAME', 'school_name'), column('Y', 'latitude', false), column('X', null)],
    meanings: [
      { slug: 'school_name', needed: true },
      { slug: 'longitude', needed: true },
      { slug: 'num_students', needed: false },
    ],
  } as Layout;
  const shape = { encoding: null, delimiter: null, sheet: null };

  it('keep what a person said before when something new is said', () => {
    expect(corrections(layout, { X: 'longitude' }, shape)).toEqual({
      ...shape,
      columns: { Y: 'latitude', X: 'longitude' },
    });
    expect(corrections(layout, { NAME: null }, shape).columns).toEqual({
      NAME: null,
      Y: 'latitude',
    });
  });

  it('say which needed meaning is missing', () => {
    expect(missingMeanings(layout, layout.columns)).toEqual(['longitude']);
    expect(missingMeanings(layout, withChanges(layout.columns, { X: 'longitude' }))).toEqual([]);
  });

  it('say when two mean the same, but not when two mean nothing', () => {
    expect(claimedTwice([column('A', 'x'), column('B', 'x'), column('C', null)])).toEqual([
      ['x', ['A', 'B']],
    ]);
    expect(claimedTwice([column('A', null), column('B', null)])).toEqual([]);
  });

  it('can mean everything that the server knows, each once', () => {
    const slugs = ['brand_new_thing', 'latitude', 'school_name', 'water_availability'];
    const groups = groupedMeanings(slugs);
    const offered = groups.flatMap((group) => group.meanings);
    expect(offered.map((m) => m.slug).sort()).toEqual(slugs);
    expect(groups[0]?.title).toBe('Which school');
    expect(groups.at(-1)?.meanings).toEqual([{ slug: 'brand_new_thing', name: 'Brand new thing' }]);
  });

  it('can be read in an encoding that this page does not know by name', () => {
    expect(encodings('koi8-r')[0]).toBe('koi8-r');
    expect(encodings('utf-8')).toEqual(encodings(null));
  });
});

describe('a list that comes page by page', () => {
  const key = (n: number) => String(n);

  it('grows without showing anything twice', () => {
    const paged = withPage(firstPage([1, 2], 4, 'c'), firstPage([2, 3, 4], 4, null), key);
    expect(paged).toEqual({ items: [1, 2, 3, 4], total: 4, next: null });
  });

  it('is never said to be shorter than what is seen', () => {
    expect(firstPage([1, 2, 3], 0, null).total).toBe(3);
  });
});

describe('what was noticed', () => {
  const kind = (code: string, severity: FindingKind['severity'], count: number): FindingKind => ({
    code,
    severity,
    count,
    rows: count,
    field: null,
    example: null,
    notes: [],
  });

  it('puts the gravest first, then the most frequent', () => {
    const kinds = [kind('a', 'info', 900), kind('b', 'error', 1), kind('c', 'warning', 5)];
    expect(ordered(kinds).map((k) => k.code)).toEqual(['b', 'c', 'a']);
  });

  it('has words for a code, and the words of the server for one that is new', () => {
    expect(wordsOf('coordinate_coarse').title).toBe('Position is coarse');
    expect(wordsOf('roof_missing', 'the roof is gone; build one')).toEqual({
      title: 'Roof missing',
      mend: 'The roof is gone; build one.',
    });
    expect(repairWords('turned_upside_down').title).toBe('Turned upside down');
  });

  it('is told in whole sentences', () => {
    expect(asSentence('name the column')).toBe('Name the column.');
    expect(asSentence('Done.')).toBe('Done.');
    expect(asSentence('')).toBe('');
  });
});

describe('a new import', () => {
  const file = { name: 'schools.csv', size: 1000 };

  it('says what is missing, all at once', () => {
    const faults = faultsOf({ country: '', source: ' ', file: null }, false);
    expect(Object.keys(faults).sort()).toEqual(['country', 'file', 'source']);
    expect(faultsOf({ country: 'KEN', source: 'EMIS', file }, false)).toEqual({});
    expect(faultsOf({ country: 'KE', source: 'EMIS', file }, true).country).toContain('letters');
  });

  it('refuses a file that is empty or too large before it is sent', () => {
    expect(fileFault({ name: 'a', size: 0 })).toContain('empty');
    expect(fileFault({ name: 'a', size: MOST_BYTES })).toBeNull();
    expect(plain(fileFault({ name: 'a', size: 612_000_000 }) ?? '')).toContain('612 MB');
  });

  it('remembers sources, those of the country first', () => {
    const from = (country: string, source: string | null, created_at: string) => ({
      country,
      source,
      created_at,
    });
    const imports = [
      from('MDA', 'SIME', '2026-03'),
      from('KEN', 'EMIS', '2026-01'),
      from('KEN', null, '2026-02'),
      from('KEN', 'Census', '2026-02'),
      from('KEN', 'EMIS', '2025-01'),
    ];
    expect(knownSources(imports, 'KEN')).toEqual(['Census', 'EMIS', 'SIME']);
  });

  it('says how large a file is', () => {
    expect([5, 790_386, 1_500_000, 45_000_000, 999_600].map((n) => plain(bytes(n)))).toEqual([
      '5 bytes',
      '790 kB',
      '1.5 MB',
      '45 MB',
      '1 MB',
    ]);
  });
});
