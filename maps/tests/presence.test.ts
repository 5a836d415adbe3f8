import { expect, it } from 'vitest';
import type { PresenceSpan, PresenceState } from '../src/api/types';
import { dayRows, lasted, outages } from '../src/words/presence';

const span = (state: PresenceState, from: string, to: string): PresenceSpan => ({
  state,
  detail: null,
  started_at: from,
  ended_at: to,
});

const spans = [
  span('online', '2026-11-22T20:00:00Z', '2026-11-23T06:00:00Z'),
  span('isp_down', '2026-11-23T06:00:00Z', '2026-11-23T09:00:00Z'),
  span('off', '2026-11-23T09:00:00Z', '2026-11-24T03:00:00Z'),
];

it('a span is cut at local midnights, and what no span covers stays empty', () => {
  // Nairobi's day begins at 21:00 UTC.
  const rows = dayRows(spans, '2026-11-24T04:00:00Z', 'Africa/Nairobi', 3);
  expect(
    rows.map(({ day, bars }) => [
      day,
      bars.map((bar) => [bar.state, bar.at * 24, Math.round(bar.wide * 24 * 100) / 100]),
    ]),
  ).toEqual([
    ['2026-11-22', [['online', 23, 1]]],
    [
      '2026-11-23',
      [
        ['online', 0, 9],
        ['isp_down', 9, 3],
        ['off', 12, 12],
      ],
    ],
    ['2026-11-24', [['off', 0, 6]]],
  ]);
});

it('a day of a clock change is whole', () => {
  const all = [span('online', '2026-03-27T00:00:00Z', '2026-03-31T00:00:00Z')];
  const rows = dayRows(all, '2026-03-30T00:00:00Z', 'Europe/Chisinau', 3);
  for (const { bars } of rows.slice(0, 2)) expect(bars[0]?.wide).toBe(1);
});

it('only what somebody missed is an outage, the newest first', () => {
  const more = [...spans, span('lan_down', '2026-11-24T05:00:00Z', '2026-11-24T06:00:00Z')];
  expect(outages(more).map(({ state }) => state)).toEqual(['lan_down', 'isp_down']);
});

it('a time is said as a person says it', () => {
  expect(lasted(20 * 60)).toBe('20 min');
  expect(lasted(3 * 3600)).toBe('3 h');
  expect(lasted(3 * 3600 + 600)).toBe('3 h 10 min');
  expect(lasted(52 * 3600)).toBe('2 d 4 h');
  expect(lasted(52 * 3600, true)).toBe('52 h');
});
