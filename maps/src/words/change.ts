// A value of a school's history as people read it. Pure.

import type { Location } from '../api/types';
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
