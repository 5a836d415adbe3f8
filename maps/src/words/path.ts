// Path checks by stage, and page checks → what is said of them. Pure.

import type { PageDay, PathDay } from '../api/types';
import { t } from '../text/en';
import { count, milliseconds, percent } from './number';
import { inWords } from './slug';
import { plainDay } from './time';

export const STAGES = ['gateway', 'resolver', 'server'] as const;
export type Stage = (typeof STAGES)[number];

/** Below this a lost packet is chance: one of a hundred. */
const LOSS = 0.01;

export interface StageRow {
  stage: Stage;
  /** Of the newest day; `null`: not measured on it. */
  day: PathDay | null;
}

export interface Path {
  day: string;
  rows: StageRow[];
}

/**
 * The stages on the newest day that has any, seen from one place. Where a stage was asked in several ways, the
 * one that was answered counts, and of those the newest.
 */
export function latestPath(days: PathDay[]): Path | null {
  const newest = days.reduce<PathDay | null>(
    (best, day) => (best === null || day.newest_at > best.newest_at ? day : best),
    null,
  );
  if (newest === null) return null;
  const seen = days.filter(({ day, vantage }) => day === newest.day && vantage === newest.vantage);
  const rows = STAGES.map((stage) => {
    const own = seen.filter(({ target_kind }) => target_kind === stage);
    own.sort(
      (a, b) =>
        Number(b.received > 0) - Number(a.received > 0) || b.newest_at.localeCompare(a.newest_at),
    );
    return { stage, day: own[0] ?? null };
  });
  return { day: newest.day, rows };
}

/** What a technician needs to know, in sentences. */
export function pathSentences(path: Path): string[] {
  const on = plainDay(path.day);
  const answered = path.rows.flatMap(({ stage, day }) =>
    day === null || day.rtt_median_ms === null ? [] : [{ stage, day, ms: day.rtt_median_ms }],
  );
  const parts = answered.map(({ stage, ms }, index) =>
    t.path.answers(t.path.names[stage], milliseconds(ms), index === 0),
  );
  const said = [parts.length > 0 ? t.path.sentence(on, parts) : t.path.nothing(on)];
  const most = mostTime(answered);
  if (most) said.push(t.path.most[most]);
  const where = lossWhere(path);
  if (where) said.push(t.path.lossIn[where]);
  for (const { stage, day } of path.rows) {
    if (day && day.sent > 0 && day.received === 0) said.push(t.path.silent[stage]);
  }
  return said;
}

/** Between which stages most of the time passes; only where all were asked by one method. */
function mostTime(
  answered: { stage: Stage; day: PathDay; ms: number }[],
): keyof typeof t.path.most | null {
  const last = answered.at(-1);
  if (last?.stage !== 'server' || answered.length < 2) return null;
  if (answered.some(({ day }) => day.method !== last.day.method)) return null;
  let before = 0;
  const added = answered.map(({ stage, ms }) => {
    const step = { stage, ms: ms - before };
    before = ms;
    return step;
  });
  // A name server that is slower than our server is not on the way to it.
  if (added.some(({ ms }) => ms < 0)) return null;
  const biggest = added.find(({ ms }) => ms > last.ms / 2);
  if (!biggest) return null;
  const hasResolver = answered.some(({ stage }) => stage === 'resolver');
  if (biggest.stage === 'server' && !hasResolver) return 'serverFromGateway';
  return biggest.stage;
}

/** The nearest stage that loses packets; one that answers nothing at all says nothing. */
function lossWhere(path: Path): keyof typeof t.path.lossIn | null {
  const answers = path.rows.filter(({ day }) => day !== null && day.received > 0);
  const losing = answers.find(({ day }) => (day?.loss_ratio ?? 0) >= LOSS);
  if (!losing) return null;
  if (losing.stage !== 'server') {
    const known = losing.stage === 'gateway' || answers.some(({ stage }) => stage === 'gateway');
    return known ? losing.stage : 'serverAlone';
  }
  const before = answers.filter(({ stage }) => stage !== 'server').map(({ stage }) => stage);
  if (before.includes('resolver')) return 'server';
  return before.includes('gateway') ? 'serverFromGateway' : 'serverAlone';
}

export interface PathCells {
  answer: string;
  varies: string;
  loss: string;
  how: string;
}

/** A stage's figures. What is not known is said to be not measured. */
export function pathCells({ day }: StageRow): PathCells {
  const unknown = t.path.notMeasured;
  if (day === null) return { answer: unknown, varies: unknown, loss: unknown, how: '' };
  const isSilent = day.received === 0;
  const how = t.path.how(day.method === 'icmp', day.checks, String(day.timeout_ms / 1000));
  const lost = day.sent - day.received;
  return {
    answer:
      day.rtt_median_ms !== null
        ? milliseconds(day.rtt_median_ms)
        : day.sent === 0
          ? t.path.notSent
          : t.path.noAnswer,
    varies: day.pdv_p95_ms === null ? unknown : milliseconds(day.pdv_p95_ms),
    // A router or name server that answers nobody has lost nothing that we know of.
    loss:
      isSilent && day.target_kind !== 'server'
        ? unknown
        : lost === 0 && day.sent > 0
          ? t.path.none
          : (percent(lost, day.sent) ?? unknown),
    how,
  };
}

export interface PageRow {
  url: string;
  name: string;
  total: string;
  steps: string;
  remark: string;
}

/** The newest day of each page, by name; pages that were not checked on the newest day say of when they are. */
export function pageRows(days: PageDay[]): PageRow[] {
  const newest = new Map<string, PageDay>();
  for (const day of days) {
    const known = newest.get(day.url);
    if (!known || day.newest_at > known.newest_at) newest.set(day.url, day);
  }
  const last = [...newest.values()].reduce((day, page) => (page.day > day ? page.day : day), '');
  return [...newest.values()]
    .sort((a, b) => a.url.localeCompare(b.url))
    .map((page) => row(page, last));
}

function row(page: PageDay, last: string): PageRow {
  const steps = [page.dns_ms, page.connect_ms, page.tls_ms, page.http_ms];
  const known = steps.filter((ms) => ms !== null);
  const remarks = [];
  if (page.failed_checks > 0) {
    remarks.push(
      t.pages.failed(
        count(page.failed_checks),
        count(page.checks),
        inWords(t.pages.stages, page.failed_stage ?? 'transfer'),
      ),
    );
  }
  if (page.http_status !== null && page.http_status >= 400) {
    remarks.push(t.pages.status(page.http_status));
  }
  if (page.day !== last) remarks.push(t.pages.on(plainDay(page.day)));
  return {
    url: page.url,
    name: shortName(page.url),
    total:
      page.http_ms === null
        ? t.pages.none
        : milliseconds(known.reduce((total, ms) => total + ms, 0)),
    steps:
      page.http_ms === null
        ? ''
        : steps.map((ms) => (ms === null ? t.pages.step : milliseconds(ms))).join(', '),
    remark: remarks.join('; '),
  };
}

/** Host and path, without what every page has. */
function shortName(url: string): string {
  return url.replace(/^https:\/\/(www\.)?/, '').replace(/\/$/, '');
}
