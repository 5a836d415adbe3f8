// Positions and distances as people read and type them. Pure.

import type { Location } from '../api/types';
import { t } from '../text/en';
import { rate } from './number';

const THIN = '\u202f';
/** Mean radius of the earth (IUGG), metres. */
const EARTH_M = 6_371_008.8;

const rad = (degrees: number) => (degrees * Math.PI) / 180;

/** Great circle, metres: within half a percent of the spheroid, which is enough to read. */
export function distanceM(a: Location, b: Location): number {
  const dLat = rad(b.latitude - a.latitude);
  const dLon = rad(b.longitude - a.longitude);
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Whole metres below a kilometre; above it kilometres. */
export function metres(m: number): string {
  if (m < 1000) return `${Math.round(m)}${THIN}${t.distance.m}`;
  return `${rate(m / 1000)}${THIN}${t.distance.km}`;
}

/** Five decimals are a metre. */
export function coordinates(at: Location): string {
  return `${at.latitude.toFixed(5)}, ${at.longitude.toFixed(5)}`;
}

/** Degrees as typed: a comma may stand for the point. `null` if that is no number in the range. */
export function degrees(text: string, most: number): number | null {
  const number = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(number) && Math.abs(number) <= most ? number : null;
}

/** Two numbers in one text, latitude first, as maps and messengers hand them on. */
export function pastedPair(text: string): [string, string] | null {
  const parts = /^\s*([-+]?\d+(?:\.\d+)?)\s*[,;\s]\s*([-+]?\d+(?:\.\d+)?)\s*$/.exec(text);
  return parts ? [parts[1]!, parts[2]!] : null;
}
