// Results that the server does not have yet: kept on the device until it does. Each is recognised by
// its id, so that sending one twice stores it once.

import { storeBrowserTest } from '../api/calls';
import { ApiError } from '../api/client';
import { recall, remember } from '../state/remembered';
import type { BrowserTest } from './counts';

const KEY = 'measure.unsent';
const MOST = 50;

export interface Unsent {
  school: string;
  test: BrowserTest;
}

export function unsent(): Unsent[] {
  try {
    const kept: unknown = JSON.parse(recall(KEY) ?? '[]');
    return Array.isArray(kept) ? (kept as Unsent[]) : [];
  } catch {
    return [];
  }
}

function keep(all: Unsent[]) {
  remember(KEY, JSON.stringify(all.slice(-MOST)));
}

export function add(one: Unsent) {
  keep([...unsent(), one]);
}

/** Sends what waits. Returns why something still does, or why it was refused for good. */
export async function sendAll(): Promise<{ waiting: number; refused: ApiError | null }> {
  let refused: ApiError | null = null;
  for (const one of unsent()) {
    try {
      await storeBrowserTest(one.school, one.test);
    } catch (cause) {
      if (!(cause instanceof ApiError) || cause.retryable) break;
      refused = cause;
    }
    keep(unsent().filter((other) => other.test.measurement_id !== one.test.measurement_id));
  }
  return { waiting: unsent().length, refused };
}
