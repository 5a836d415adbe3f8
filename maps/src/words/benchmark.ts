// What a school was asked for, in words. Pure.

import type { Bar } from '../api/benchmarkTypes';
import { t } from '../text/en';
import { mbps, milliseconds } from './number';

/** A value of a metric with its unit. */
export function quantity(metric: Bar['metric'], value: number): string {
  if (metric === 'rtt') return milliseconds(value);
  if (metric === 'loss') return `${+(value * 100).toFixed(2)}\u202f%`;
  return mbps(value);
}

function meets(bar: Bar): boolean {
  if (bar.measured === null) return false;
  const low = bar.metric === 'rtt' || bar.metric === 'loss';
  return low ? bar.measured <= bar.target : bar.measured >= bar.target;
}

/** Why a school is not good although its download meets the target. `null` if that is not so. */
export function otherwiseShort(bars: Bar[]): string | null {
  const [download, ...others] = bars;
  if (!download || !meets(download)) return null;
  const short = others.find((bar) => !meets(bar));
  if (!short) return null;
  const name = t.benchmark.metrics[short.metric];
  const target = quantity(short.metric, short.target);
  return short.measured === null
    ? t.benchmark.unmeasured(name, target)
    : t.benchmark.short(name, quantity(short.metric, short.measured), target);
}
