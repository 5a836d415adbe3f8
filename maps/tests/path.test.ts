import { expect, it } from 'vitest';
import type { PageDay, PathDay } from '../src/api/types';
import { latestPath, pageRows, pathCells, pathSentences } from '../src/words/path';

/** Units stand after a narrow space; the tests are easier to read with a plain one. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

function day(target_kind: PathDay['target_kind'], ms: number | null, more: Partial<PathDay> = {}) {
  const row: PathDay = {
    day: '2026-11-27',
    target_kind,
    target: target_kind,
    method: 'icmp',
    vantage: 'device',
    timeout_ms: 3000,
    checks: 4,
    failed_checks: 0,
    sent: 80,
    received: ms === null ? 0 : 80,
    rtt_min_ms: ms,
    rtt_median_ms: ms,
    rtt_p95_ms: ms,
    rtt_max_ms: ms,
    jitter_ms: null,
    pdv_p95_ms: ms === null ? null : 5,
    loss_ratio: ms === null ? 1 : 0,
    newest_at: '2026-11-27T09:00:00Z',
    ...more,
  };
  return row;
}

function said(days: PathDay[]): string[] {
  const path = latestPath(days);
  if (path === null) throw new Error('there is a day');
  return pathSentences(path).map(plain);
}

it('the stages stand side by side, nearest first, whatever their order', () => {
  expect(said([day('server', 80), day('gateway', 2), day('resolver', 30)])).toEqual([
    'On 27 Nov 2026, the school’s own network answered in 2 ms; the name server in 30 ms; our server in 80 ms.',
    'Most of that time is spent beyond the name server.',
  ]);
});

it('a router that answers nobody is not called bad', () => {
  const days = [day('gateway', null), day('server', 80)];
  const sentences = said(days);
  expect(sentences[0]).toBe('On 27 Nov 2026, our server answered in 80 ms.');
  expect(sentences[1]).toContain('it says nothing of the network');
  expect(sentences).toHaveLength(2);
  const rows = latestPath(days)?.rows ?? [];
  expect(rows.map((row) => pathCells(row).loss)).toEqual(['not measured', 'not measured', 'none']);
  expect(rows.map((row) => pathCells(row).answer).map(plain)).toEqual([
    'no answer',
    'not measured',
    '80 ms',
  ]);
});

it('loss is told at the nearest stage that has it', () => {
  const lossy = { received: 72, loss_ratio: 0.1 };
  const sentence = (days: PathDay[]) => said(days).find((text) => text.startsWith('Packets'));
  expect(sentence([day('gateway', 2, lossy), day('server', 80, lossy)])).toContain(
    'within the school',
  );
  expect(
    sentence([day('gateway', 2), day('resolver', 9, lossy), day('server', 80, lossy)]),
  ).toContain('between the school and the name server');
  expect(sentence([day('gateway', 2), day('server', 80, lossy)])).toContain(
    'beyond the school’s own',
  );
  expect(sentence([day('gateway', null), day('server', 80, lossy)])).toContain('cannot be told');
  expect(sentence([day('gateway', 2), day('server', 80)])).toBeUndefined();
});

it('times of different methods are not subtracted from one another', () => {
  const days = [day('gateway', 2, { method: 'tcp' }), day('server', 80)];
  expect(said(days)).toHaveLength(1);
});

it('one stage asked in two ways shows the one that was answered', () => {
  const days = [
    day('server', null, { newest_at: '2026-11-27T10:00:00Z' }),
    day('server', 90, { method: 'tcp' }),
  ];
  expect(said(days)[0]).toContain('90');
});

it('only the newest day is shown, and of it one place of measuring', () => {
  const days = [
    day('server', 70, { day: '2026-11-26', newest_at: '2026-11-26T09:00:00Z' }),
    day('gateway', 1, { vantage: 'router' }),
    day('server', 80, { newest_at: '2026-11-27T11:00:00Z' }),
  ];
  expect(latestPath(days)?.rows.map((row) => row.day?.rtt_median_ms ?? null)).toEqual([
    null,
    null,
    80,
  ]);
  expect(latestPath([])).toBeNull();
});

const page = (url: string, more: Partial<PageDay> = {}): PageDay => ({
  day: '2026-11-27',
  url,
  vantage: 'device',
  checks: 4,
  failed_checks: 0,
  dns_ms: 31,
  connect_ms: 80,
  tls_ms: 160,
  http_ms: 90,
  http_status: 206,
  failed_stage: null,
  newest_at: '2026-11-27T09:00:00Z',
  ...more,
});

it('a page says how long its first answer takes, and why there was none', () => {
  const nothing = {
    dns_ms: null,
    connect_ms: null,
    tls_ms: null,
    http_ms: null,
    http_status: null,
  };
  const rows = pageRows([
    page('https://www.lessons.example/'),
    page('https://library.example/', { ...nothing, failed_checks: 4, failed_stage: 'handshake' }),
    page('https://old.example/a', { day: '2026-11-20', http_status: 503 }),
    page('https://old.example/a', { day: '2026-11-19', newest_at: '2026-11-19T09:00:00Z' }),
  ]);
  expect(rows.map(({ name, total }) => [name, plain(total)])).toEqual([
    ['library.example', 'no answer'],
    ['old.example/a', '361 ms'],
    ['lessons.example', '361 ms'],
  ]);
  expect(rows[0]?.remark).toContain('4 of 4 checks had no answer');
  expect(rows[1]?.remark).toContain('status 503');
  expect(rows[1]?.remark).toContain('on 20 Nov 2026');
  expect(plain(rows[2]?.steps ?? '')).toBe('31 ms, 80 ms, 160 ms, 90 ms');
});
