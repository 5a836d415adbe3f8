// The order of the gap table. Pure.

import type { GapCounts, GapRow } from '../api/types';
import { t } from '../text/en';
import { areaName } from './area';

export type Column = keyof typeof t.gaps.columns;

export interface Order {
  column: Column;
  descending: boolean;
}

/** What a column is sorted by. Nothing measured has no share: it goes last in either order. */
export function value(row: GapCounts, column: Column): number | null {
  switch (column) {
    case 'meeting':
      return row.measured > 0 ? row.good / row.measured : null;
    case 'below':
      return row.measured > 0 ? (row.moderate + row.bad) / row.measured : null;
    case 'students':
      return row.schools_with_students > 0 ? row.students_known : null;
    case 'area':
      return null;
    default:
      return row[column];
  }
}

/** The row of schools in no area stays at the end. */
export function sorted(rows: GapRow[], { column, descending }: Order): GapRow[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (!a.area || !b.area) return Number(!a.area) - Number(!b.area);
    const byName = areaName(a.area).localeCompare(areaName(b.area), t.locale);
    if (column === 'area') return sign * byName;
    const [x, y] = [value(a, column), value(b, column)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName;
    return sign * (x - y) || byName;
  });
}
