// Numbers as people read them. Pure.

import { t } from '../text/en';

/** A no-break thin space: between a number and its unit. */
const THIN = '\u202f';

const whole = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 0 });

export function count(n: number): string {
  return whole.format(n);
}

/** Three significant figures at most, never more than one decimal above 10. */
export function rate(n: number): string {
  const digits = n >= 100 ? 0 : n >= 10 ? 1 : 2;
  return new Intl.NumberFormat(t.locale, { maximumFractionDigits: digits }).format(n);
}

export function mbps(n: number): string {
  return `${rate(n)}${THIN}${t.number.mbps}`;
}

export function milliseconds(n: number): string {
  if (n > 0 && n < 1) return t.number.under(`1${THIN}${t.number.ms}`);
  return `${whole.format(n)}${THIN}${t.number.ms}`;
}

/** Metres below a kilometre, to ten; kilometres above. Never 0 of something. */
export function distance(metres: number): string {
  if (metres < 10) return t.number.under(`10${THIN}${t.number.m}`);
  if (metres < 995) return `${whole.format(Math.round(metres / 10) * 10)}${THIN}${t.number.m}`;
  const km = metres / 1000;
  const digits = km < 99.95 ? 1 : 0;
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: digits });
  return `${number.format(km)}${THIN}${t.number.km}`;
}

/** Never says 0 % of something or 100 % of not quite everything. `null` when there is no whole. */
export function percent(part: number, all: number): string | null {
  if (all <= 0) return null;
  const share = Math.round((100 * part) / all);
  if (share === 0 && part > 0) return t.number.under(`1${THIN}%`);
  if (share === 100 && part < all) return t.number.over(`99${THIN}%`);
  return `${share}${THIN}%`;
}

/** Decimal units, as drives and lines are sold. */
export function bytes(n: number): string {
  const [size, unit] =
    n < 1000 ? [1, t.number.bytes] : n < 999_500 ? [1e3, t.number.kB] : [1e6, t.number.MB];
  return `${n < 1e7 && size === 1e6 ? rate(Math.round(n / 1e5) / 10) : whole.format(n / size)}${THIN}${unit}`;
}
