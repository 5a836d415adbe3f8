// Points in time as people read them. Pure: `now` is always given.

import { t } from '../text/en';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat(t.locale, { numeric: 'always' });

export function ago(at: string, nowMs: number): string {
  const seconds = Math.round((nowMs - Date.parse(at)) / 1000);
  if (Number.isNaN(seconds)) return at;
  if (seconds < 45) return t.time.justNow;
  if (seconds < HOUR) return relative.format(-Math.max(1, Math.round(seconds / MINUTE)), 'minute');
  if (seconds < 2 * DAY) return relative.format(-Math.round(seconds / HOUR), 'hour');
  return relative.format(-Math.round(seconds / DAY), 'day');
}

export function dateTime(at: string | number, zone: string): string {
  return new Intl.DateTimeFormat(t.locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: known(zone),
  }).format(new Date(at));
}

/** A day without a time: `2025-06-30` is 30 Jun 2025 everywhere. */
export function plainDay(day: string): string {
  return new Intl.DateTimeFormat(t.locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${day}T00:00:00Z`));
}

export function shortDay(at: number, zone: string): string {
  return new Intl.DateTimeFormat(t.locale, {
    day: 'numeric',
    month: 'short',
    timeZone: known(zone),
  }).format(new Date(at));
}

export function clock(at: string, zone: string): string {
  return new Intl.DateTimeFormat(t.locale, {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: known(zone),
  }).format(new Date(at));
}

/** A zone that this browser does not know is shown as UTC rather than breaking the page. */
export function known(zone: string): string {
  try {
    new Intl.DateTimeFormat(t.locale, { timeZone: zone });
    return zone;
  } catch {
    return 'UTC';
  }
}

/** Seconds since 1970 at which the local day `YYYY-MM-DD` begins in a time zone. */
export function startOfDay(day: string, zone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  // Twice, because the offset may differ between UTC midnight and local midnight.
  const first = utc - offsetMs(utc, zone);
  return (utc - offsetMs(first, zone)) / 1000;
}

function offsetMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: known(zone),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(new Date(at));
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(at / 1000) * 1000;
}

/** How long something still lasts. */
export function until(at: string, nowMs: number): string {
  const minutes = Math.max(1, Math.round((Date.parse(at) - nowMs) / 60_000));
  return minutes < 120
    ? relative.format(minutes, 'minute')
    : relative.format(Math.round(minutes / 60), 'hour');
}
