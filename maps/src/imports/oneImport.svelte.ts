// One import: loaded, followed while the server works on it, and what a person does with it.

import { getImport } from '../api/importCalls';
import type { Import } from '../api/importTypes';
import { ApiError, isAbort, messageOf } from '../api/client';
import { session } from '../state/session.svelte';
import { isPassing, pollPause } from './steps';

export class OneImport {
  value: Import | null = $state.raw(null);
  /** Why it could not be loaded, when nothing is shown. */
  error: { message: string; missing: boolean } | null = $state(null);
  /** Whether the server does not answer how far it is. */
  unreachable = $state(false);
  /** What is being done, and why the last deed was not done. */
  busy: string | null = $state(null);
  refusal: { deed: string; code: string; message: string } | null = $state(null);
  /** Grow with every change, so that rows and tiles are asked for again. */
  version = $state(0);
  drawn = $state(0);
  #giveUp = new AbortController();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asked = 0;
  #failures = 0;

  constructor(readonly id: string) {}

  async load() {
    this.error = null;
    try {
      this.#take(await getImport(this.id, this.#giveUp.signal));
      this.unreachable = false;
      this.#failures = 0;
    } catch (cause) {
      if (isAbort(cause)) return;
      noteLogout(cause);
      this.#failures += 1;
      if (this.value) this.unreachable = true;
      else {
        const missing = cause instanceof ApiError && cause.status === 404;
        this.error = { message: messageOf(cause), missing };
      }
    }
    this.#follow();
  }

  /**
   * Does one thing at a time; the answer is the import as it is then. Quietly: the rows in sight stay, so that who
   * decides row by row does not lose the place.
   */
  async act(deed: string, ask: () => Promise<Import>, { quiet = false } = {}): Promise<boolean> {
    if (this.busy) return false;
    this.busy = deed;
    this.refusal = null;
    try {
      this.#take(await ask());
      if (!quiet) this.version += 1;
      this.drawn += 1;
      return true;
    } catch (cause) {
      noteLogout(cause);
      const code = cause instanceof ApiError ? cause.code : 'broken_answer';
      this.refusal = { deed, code, message: messageOf(cause) };
      return false;
    } finally {
      this.busy = null;
      this.#asked = 0;
      this.#follow();
    }
  }

  forgetRefusal() {
    this.refusal = null;
  }

  end() {
    this.#giveUp.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #take(value: Import) {
    const passed = this.value && isPassing(this.value.state) && !isPassing(value.state);
    this.value = value;
    if (passed) this.version += 1;
  }

  #follow() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#giveUp.signal.aborted || !this.value || !isPassing(this.value.state)) return;
    this.#asked += 1;
    const pause = pollPause(this.#asked, this.#failures);
    this.#timer = setTimeout(() => void this.load(), pause);
  }
}

/** A session that has ended meanwhile leads to the login. */
export function noteLogout(cause: unknown) {
  if (cause instanceof ApiError && cause.status === 401) session.ended();
}
