// The server's stream of changes. It says when it is lost; it never pretends to be live.

import type { SchoolChange } from '../api/types';

export interface LiveChange {
  version: number;
  /** Empty means: many schools changed. */
  schools: SchoolChange[];
}

type Listener = (change: LiveChange) => void;

const RETRY_MS = 5_000;

class Live {
  /** `null` until the first greeting, so that a slow start is not called a loss. */
  connected: boolean | null = $state(null);
  version = $state(0);
  #listeners = new Set<Listener>();
  #source: EventSource | null = null;

  start() {
    const source = new EventSource('/api/v1/events');
    this.#source = source;
    source.addEventListener('hello', (event) => this.#hello(event));
    source.addEventListener('schools', (event) => this.#schools(event));
    source.addEventListener('error', () => {
      this.connected = false;
      // The browser gives up for good after an HTTP error; then we try again ourselves.
      if (source.readyState === EventSource.CLOSED && this.#source === source) {
        this.#source = null;
        setTimeout(() => this.start(), RETRY_MS);
      }
    });
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #hello(event: MessageEvent<string>) {
    const { version } = JSON.parse(event.data) as { version: number };
    const missed = this.connected === false && version !== this.version;
    this.connected = true;
    // What changed while the line was down is not known: everything may have.
    if (missed) this.#tell({ version, schools: [] });
    else this.version = version;
  }

  #schools(event: MessageEvent<string>) {
    this.connected = true;
    this.#tell(JSON.parse(event.data) as LiveChange);
  }

  #tell(change: LiveChange) {
    this.version = change.version;
    for (const listener of this.#listeners) listener(change);
  }
}

export const live = new Live();
