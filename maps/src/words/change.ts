// A value of a school's history as people read it. Pure.

import type { HistoryEntry, Location } from '../api/types';
import { t } from '../text/en';
import { count } from './number';
import { coordinates } from './place';
import { inWords } from './slug';

export function fieldName(field: string): string {
  return inWords(t.history.fields, field.replace(/^attributes\./, ''));
}

export function valueInWords(field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return t.history.nothing;
  if (field === 'location_problem') return inWords(t.locationProblems, String(value));
  if (typeof value === 'number') return count(value);
  if (typeof value === 'object') {
    if ('latitude' in value && 'longitude' in value) return coordinates(value as Location);
    if ('name' in value) return String(value.name);
    return JSON.stringify(value);
  }
  return String(value);
}

/** Old and new; a merge names the other school alone. */
export function changeInWords({ field, old, new: now }: HistoryEntry['changes'][number]): string {
  const name = fieldName(field);
  if (field.startsWith('merged_')) return t.history.one(name, valueInWords(field, now ?? old));
  return t.history.change(name, valueInWords(field, old), valueInWords(field, now));
}
