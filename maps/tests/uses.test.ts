import { describe, expect, it } from 'vitest';
import type { Bar, Use, Uses } from '../src/api/benchmarkTypes';
import { otherwiseShort } from '../src/words/benchmark';
import { targetWords } from '../src/words/summary';
import { contentRow, indexRows, useRow } from '../src/words/uses';

const plain = (text: string | null) => text?.replaceAll('\u202f', ' ') ?? null;

const line = { download_mbps: 20, upload_mbps: 4, rtt_ms: 620, loss_ratio: 0.025 };
const use: Use = {
  use: 'video_class',
  learners: 8,
  limited_by: 'upload',
  missing: [],
  needs: { download_mbps: 1, upload_mbps: 0.5, rtt_ms: 300, loss_ratio: 0.01 },
  source: 's',
};

const uses = {
  content: {
    gb_per_night: 12.34,
    why_not: null,
    p10_download_mbps: 4,
    tests: 40,
    availability: 0.857,
  },
  iqb: {
    score: null,
    edu_score: null,
    missing: ['loss'],
    loss_source: null,
    enough_tests: false,
  },
  levels: { inec: { level: null, missing: ['power', 'wifi'] }, sdg_4a1b: 'unknown' },
} as unknown as Uses;

describe('what learners can do', () => {
  it('says how many at once and what limits them', () => {
    const row = useRow(use, line);
    expect(row.says).toBe('8 learners');
    expect(plain(row.why)).toBe('upload limits it: 0.5 Mbps each');
    expect(useRow({ ...use, learners: 1 }, line).says).toBe('1 learner');
  });

  it('says why nobody can', () => {
    const slow = useRow({ ...use, learners: 0 }, { ...line, upload_mbps: 0.3 });
    expect(plain(slow.why)).toBe('upload of 0.3 Mbps; one learner needs 0.5 Mbps');
    const rtt = useRow({ ...use, learners: 0, limited_by: 'rtt' }, line);
    expect(rtt.says).toBe('nobody');
    expect(plain(rtt.why)).toBe('answers take 620 ms, longer than 300 ms');
    const loss = useRow({ ...use, learners: 0, limited_by: 'loss' }, line);
    expect(plain(loss.why)).toBe('2.5 % of packets are lost, more than 1 %');
  });

  it('leaves unknown what was not measured', () => {
    const unknown: Use = { ...use, learners: null, limited_by: null, missing: ['rtt', 'loss'] };
    const row = useRow(unknown, line);
    expect([row.says, row.known]).toEqual(['not known', false]);
    expect(row.why).toBe('latency and packet loss were not measured');
  });

  it('counts what a night brings, or says why it cannot', () => {
    const row = contentRow(uses);
    expect(row.says).toBe('12.3 GB a night');
    expect(plain(row.why)).toContain('online 86 % of the time');
    const content = { ...uses.content, gb_per_night: null, why_not: 'few_tests' as const };
    expect(contentRow({ ...uses, content }).why).toBe('fewer than 10 tests outside school hours');
  });

  it('names what an index lacks', () => {
    const [iqb, edu, inec, sdg] = indexRows(uses);
    expect([iqb?.says, iqb?.why]).toEqual(['not known', 'packet loss was not measured']);
    expect(edu?.known).toBe(false);
    expect(inec?.why).toBe('missing: power, Wi-Fi');
    expect(sdg?.says).toBe('not known');
  });
});

describe('what a school is judged by', () => {
  const download: Bar = { metric: 'download', floor: 1, target: 100, measured: 150 };
  const upload: Bar = { metric: 'upload', floor: null, target: 30, measured: 9 };

  it('says which other metric is short', () => {
    expect(plain(otherwiseShort([download, upload]))).toBe(
      'its upload of 9 Mbps misses the target of 30 Mbps',
    );
    expect(plain(otherwiseShort([download, { ...upload, measured: null }]))).toBe(
      'its upload was not measured, and the target is 30 Mbps',
    );
    expect(otherwiseShort([download, { ...upload, measured: 30 }])).toBeNull();
    expect(otherwiseShort([{ ...download, measured: 9 }, upload])).toBeNull();
    expect(otherwiseShort([])).toBeNull();
  });

  it('has one figure for a sentence only where there is one', () => {
    const benchmark = { name: 'DfE England' } as Parameters<typeof targetWords>[0];
    expect(plain(targetWords({ ...benchmark, headline_mbps: 20 }))).toBe('20 Mbps');
    expect(targetWords({ ...benchmark, headline_mbps: null })).toBe(
      'what DfE England asks of them',
    );
  });
});
