// The colours of what becomes of a row. None is a colour of a status; they differ in lightness too, so that they can
// be told apart without red and green. Pure.

import type { Verdict } from '../api/importTypes';

export type Drawn = Exclude<Verdict, 'rejected'>;

export const DRAWN: Drawn[] = ['created', 'updated', 'unchanged', 'missing'];

export const lightVerdicts: Record<Drawn, string> = {
  created: '#00404f',
  updated: '#dd5aa8',
  unchanged: '#b8ad97',
  missing: '#1f2723',
};

export const darkVerdicts: Record<Drawn, string> = {
  created: '#b4f3f8',
  updated: '#e25fa9',
  unchanged: '#75694c',
  missing: '#ebe8e0',
};
