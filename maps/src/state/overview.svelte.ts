// The figures of the country being looked at. Old figures stay, with their age, when newer ones cannot be had.

import { getOverview } from '../api/calls';
import { messageOf } from '../api/client';
import type { Overview } from '../api/types';

/** A busy country changes many times a second; its figures are asked for at most this often. */
const PAUSE_MS = 1_000;

class OverviewState {
  value: Overview | null = $state(null);
  error: string | null = $state(null);
  #country: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lastAskedMs = 0;
  #asking = false;
  #askAgain = false;

  show(country: string) {
    if (this.#country === country) return;
    this.#country = country;
    this.value = null;
    void this.refresh();
  }

  /** Soon, but not more often than the pause allows. */
  refreshSoon() {
    if (this.#timer !== null) return;
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    const wait = Math.max(0, this.#lastAskedMs + PAUSE_MS - Date.now());
    this.#timer = setTimeout(() => void this.refresh(), wait);
  }

  async refresh() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const country = this.#country;
    if (!country) return;
    this.#lastAskedMs = Date.now();
    this.#asking = true;
    this.#askAgain = false;
    try {
      const value = await getOverview(country);
      if (country !== this.#country) return;
      this.value = value;
      this.error = null;
    } catch (cause) {
      if (country === this.#country) this.error = messageOf(cause);
    } finally {
      this.#asking = false;
      if (this.#askAgain) this.refreshSoon();
    }
  }
}

export const overview = new OverviewState();
