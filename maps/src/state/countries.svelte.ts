// The countries of this instance and the one being looked at.

import { getCountries } from '../api/calls';
import { messageOf } from '../api/client';
import type { Country } from '../api/types';
import { recall, remember } from './remembered';

const KEY = 'country';

class Countries {
  all: Country[] = $state([]);
  state: 'loading' | 'ready' | 'failed' = $state('loading');
  error = $state('');
  #chosen: string | null = $state(recall(KEY));

  current = $derived(this.all.find((c) => c.code === this.#chosen) ?? this.all[0] ?? null);

  async load() {
    this.state = 'loading';
    try {
      this.all = (await getCountries()).items;
      this.state = 'ready';
    } catch (cause) {
      this.error = messageOf(cause);
      this.state = 'failed';
    }
  }

  choose(code: string) {
    if (this.#chosen === code || !this.all.some((c) => c.code === code)) return;
    this.#chosen = code;
    remember(KEY, code);
  }
}

export const countries = new Countries();
