// Which step of an import is shown, and which can be gone to. Pure.

import type { ImportState } from '../api/importTypes';
import type { ImportStep } from '../state/route';

export type Shown = ImportStep | 'reading' | 'applying' | 'failed' | 'applied' | 'ended';

/** Steps that a person may ask for; any other wish gives what the state asks for. */
const OPEN: Record<ImportState, ImportStep[]> = {
  uploaded: ['columns'],
  reading: [],
  staged: ['columns', 'look', 'apply'],
  applying: [],
  applied: ['columns', 'look'],
  undone: ['columns', 'look'],
  discarded: [],
  failed: ['columns'],
};

const FIRST: Record<ImportState, Shown> = {
  uploaded: 'columns',
  reading: 'reading',
  staged: 'look',
  applying: 'applying',
  applied: 'applied',
  undone: 'ended',
  discarded: 'ended',
  failed: 'failed',
};

export function shownStep(state: ImportState, wanted: ImportStep | null): Shown {
  return wanted && OPEN[state].includes(wanted) ? wanted : FIRST[state];
}

/** States that pass by themselves: the server is asked again until they have. */
export function isPassing(state: ImportState): boolean {
  return state === 'reading' || state === 'applying';
}

/** Whether columns, file shape and repairs may still be changed. */
export function isOpen(state: ImportState): boolean {
  return state === 'uploaded' || state === 'staged' || state === 'failed';
}

export type StepName = 'columns' | 'reading' | 'look' | 'apply';
const NAMES: StepName[] = ['columns', 'reading', 'look', 'apply'];

/** Steps that lie behind. */
const BEHIND: Record<ImportState, number> = {
  uploaded: 0,
  reading: 1,
  failed: 1,
  staged: 2,
  applying: 3,
  applied: 4,
  undone: 4,
  discarded: 0,
};

export interface StepMark {
  name: StepName;
  done: boolean;
  current: boolean;
  /** Where it leads; `undefined` when it cannot be gone to, `null` for what the state asks for. */
  goal: ImportStep | null | undefined;
}

export function stepMarks(state: ImportState, shown: Shown): StepMark[] {
  const place: Partial<Record<Shown, StepName>> = {
    failed: 'reading',
    applying: 'apply',
    applied: 'apply',
  };
  const here = place[shown] ?? shown;
  return NAMES.map((name, i) => ({
    name,
    done: i < BEHIND[state],
    current: name === here,
    goal: goal(state, name),
  }));
}

function goal(state: ImportState, name: StepName): ImportStep | null | undefined {
  if (name === 'apply' && state === 'applied') return null;
  return OPEN[state].find((step) => step === name);
}

/** How long to wait before asking again: soon at first, slower for long lists and bad lines. */
export function pollPause(asked: number, failures: number): number {
  const calm = Math.min(3_000, 500 + 100 * asked);
  return Math.min(15_000, calm * 2 ** Math.min(failures, 4));
}
