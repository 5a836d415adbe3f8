import { describe, expect, it } from 'vitest';
import type { Overview, SpeedTest, StatusEvidence } from '../src/api/types';
import { count, mbps, percent, rate } from '../src/words/number';
import { inWords } from '../src/words/slug';
import { cautions, statusSentence } from '../src/words/status';
import { notPlacedSentence, summarySentence } from '../src/words/summary';
import { latestSentence } from '../src/words/test';
import { ago, startOfDay, until } from '../src/words/time';

/** Units stand after a narrow space; the tests are easier to read with a plain one. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

const evidence: StatusEvidence = {
  status: 'good',
  stale: false,
  valid_tests: 83,
  failed_tests: 0,
  off_hours_only: false,
  download_median_mbps: 24.31,
  upload_median_mbps: 9,
  rtt_median_ms: 40,
  target_download_mbps: 20,
  floor_download_mbps: 1,
  last_measured_at: '2026-11-02T07:00:00Z',
  computed_at: '2026-11-02T07:00:01Z',
  software: null,
  benchmark: null,
  bars: [],
  assumed: [],
};

const overview = {
  schools: 6883,
  measured: 3412,
  meeting_target: 2081,
  window_days: 28,
  benchmark: { headline_mbps: 20 },
} as Overview;

describe('numbers', () => {
  it('groups thousands and keeps few digits', () => {
    expect(count(6883)).toBe('6,883');
    expect([rate(0.456), rate(24.31), rate(312.7)]).toEqual(['0.46', '24.3', '313']);
    expect(plain(mbps(20))).toBe('20 Mbps');
  });

  it('never rounds a share to nothing or to everything', () => {
    expect(plain(percent(1, 1000) ?? '')).toBe('under 1 %');
    expect(plain(percent(999, 1000) ?? '')).toBe('over 99 %');
    expect(plain(percent(0, 1000) ?? '')).toBe('0 %');
    expect(plain(percent(1000, 1000) ?? '')).toBe('100 %');
    expect(percent(0, 0)).toBeNull();
  });
});

describe('the one sentence', () => {
  it('says how many are measured and how many of those meet the target', () => {
    expect(plain(summarySentence(overview))).toBe(
      '3,412 of 6,883 schools are measured; 61 % of those meet 20 Mbps.',
    );
  });

  it('gives no share when nothing is measured, and none at all without schools', () => {
    expect(summarySentence({ ...overview, measured: 0 })).toContain('None of 6,883 schools');
    expect(summarySentence({ ...overview, schools: 0, measured: 0 })).toContain('No schools');
  });

  it('counts what is not on the map', () => {
    expect(notPlacedSentence(0)).toBeNull();
    expect(notPlacedSentence(1)).toMatch(/^1 school is not/);
    expect(notPlacedSentence(4)).toMatch(/^4 schools are not/);
  });
});

describe('a status', () => {
  it('carries its evidence', () => {
    expect(plain(statusSentence(evidence, 28))).toBe(
      'Good: median 24.3 Mbps over 83 tests in 28 days; target 20 Mbps.',
    );
  });

  it('does not invent a median when all tests failed', () => {
    const failed = {
      ...evidence,
      status: 'bad',
      download_median_mbps: null,
      valid_tests: 0,
    } as const;
    expect(statusSentence({ ...failed, failed_tests: 1 }, 28)).toBe(
      'Bad: 1 test failed in 28 days and none succeeded.',
    );
  });

  it('says what an unmeasured status rests on', () => {
    const words = (['connected_unmeasured', 'not_connected', 'unknown'] as const).map((status) =>
      statusSentence({ ...evidence, status, download_median_mbps: null, valid_tests: 0 }, 28),
    );
    expect(words[0]).toContain('no valid test');
    expect(words[1]).toContain('the school list says so');
    expect(words[2]).toContain('nothing has been measured');
  });

  it('warns of what weakens it', () => {
    expect(cautions(evidence)).toEqual([]);
    expect(
      cautions({ ...evidence, stale: true, off_hours_only: true, failed_tests: 2 }),
    ).toHaveLength(3);
  });

  it('names the program that measured, where it is not ours', () => {
    expect(cautions({ ...evidence, software: 'giga_meter' })).toEqual([
      'Measured by Giga Meter; no probe of Schoolbeat’s finished a test.',
    ]);
  });
});

describe('a test', () => {
  const test: SpeedTest = {
    measured_at: '2026-11-02T07:00:00Z',
    received_at: '2026-11-02T07:00:03Z',
    outcome: 'ok',
    failed_stage: null,
    download_mbps: 23.1,
    upload_mbps: 8.4,
    rtt_min_ms: 31,
    rtt_loaded_ms: 90,
    invalid_reason: null,
    in_opening_hours: true,
    vantage: 'device',
    server: 'own',
    software: 'schoolbeat_probe',
  };

  it('is read out with its units', () => {
    expect(plain(latestSentence(test))).toBe('23.1 Mbps down, 8.4 Mbps up, 31 ms latency.');
  });

  it('names the program that made it, where it is not ours', () => {
    expect(plain(latestSentence({ ...test, software: 'giga_meter' }))).toBe(
      '23.1 Mbps down, 8.4 Mbps up, 31 ms latency. Measured by Giga Meter.',
    );
  });

  it('names the stage that failed, even one that is new to this page', () => {
    const failed = { ...test, outcome: 'failed', download_mbps: null } as const;
    expect(latestSentence({ ...failed, failed_stage: 'deadline' })).toContain('too long');
    expect(latestSentence({ ...failed, failed_stage: 'teleport' })).toContain('teleport');
  });
});

describe('a name of the server', () => {
  it('is put into words, and read as it is when it is new', () => {
    expect(inWords({ too_long: 'it lasted too long' }, 'too_long')).toBe('it lasted too long');
    expect(inWords({}, 'much_too_short')).toBe('much too short');
    expect(inWords({}, 'A sentence.')).toBe('A sentence');
  });
});

describe('time', () => {
  const now = Date.parse('2026-11-02T08:00:00Z');

  it('is told as an age', () => {
    expect(ago('2026-11-02T07:59:50Z', now)).toBe('a moment ago');
    expect(ago('2026-11-02T07:57:00Z', now)).toBe('3 minutes ago');
    expect(ago('2026-10-31T08:00:00Z', now)).toBe('2 days ago');
    expect(until('2026-11-02T08:15:00Z', now)).toBe('in 15 minutes');
  });

  it('begins a day at local midnight, also where clocks change', () => {
    const at = (text: string) => Date.parse(text) / 1000;
    expect(startOfDay('2026-11-02', 'Africa/Nairobi')).toBe(at('2026-11-01T21:00:00Z'));
    expect(startOfDay('2026-03-29', 'Europe/Chisinau')).toBe(at('2026-03-28T22:00:00Z'));
    expect(startOfDay('2026-03-30', 'Europe/Chisinau')).toBe(at('2026-03-29T21:00:00Z'));
    expect(startOfDay('2026-11-02', 'No/Such_Zone')).toBe(at('2026-11-02T00:00:00Z'));
  });
});
