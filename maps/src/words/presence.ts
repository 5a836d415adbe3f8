// Spans of presence → what is drawn and said of them. Pure.

import type { PresenceSpan, PresenceState } from '../api/types';
import { t } from '../text/en';
import { startOfDay } from './time';

export interface Bar {
  state: PresenceState;
  /** Share of the day that lies before it, and that it takes, 0 to 1. */
  at: number;
  wide: number;
}

export interface DayRow {
  /** `2026-11-24`, local. */
  day: string;
  starts_ms: number;
  bars: Bar[];
}

/** The last days up to `to`, oldest first, each with the spans that lie in it. */
export function dayRows(spans: PresenceSpan[], to: string, zone: string, days: number): DayRow[] {
  const last = localDay(Date.parse(to), zone);
  const names = Array.from({ length: days }, (_, back) => addDays(last, back - days + 1));
  return names.map((day) => {
    const starts = startOfDay(day, zone) * 1000;
    const length = startOfDay(addDays(day, 1), zone) * 1000 - starts;
    const bars = spans.flatMap((span) => {
      const from = Math.max(Date.parse(span.started_at), starts);
      const until = Math.min(Date.parse(span.ended_at), starts + length);
      if (until <= from) return [];
      return [{ state: span.state, at: (from - starts) / length, wide: (until - from) / length }];
    });
    return { day, starts_ms: starts, bars };
  });
}

/** Outages, newest first: neither online nor switched off. */
export function outages(spans: PresenceSpan[]): PresenceSpan[] {
  return spans.filter(({ state }) => state !== 'online' && state !== 'off').reverse();
}

/** How long, in words a person says: `45 min`, `3 h 10 min`, `2 d 4 h`. Hours that are a part of each day stay hours. */
export function lasted(seconds: number, hoursOnly = false): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t.presence.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hoursOnly && hours >= 48) return t.presence.hours(hours, 0);
  if (hours < 48) return t.presence.hours(hours, minutes % 60);
  return t.presence.days(Math.floor(hours / 24), hours % 24);
}

function localDay(ms: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return parts.format(ms);
}

function addDays(day: string, days: number): string {
  const at = Date.parse(`${day}T00:00:00Z`) + days * 86_400_000;
  return new Date(at).toISOString().slice(0, 10);
}
