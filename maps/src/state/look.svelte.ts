// How the page looks: light or dark, usual or accessible colours, narrow or wide.

import { recall, remember } from './remembered';

const KEY = 'accessible-colours';

class Look {
  accessible = $state(recall(KEY) === 'yes');
  dark = $state(false);
  narrow = $state(false);

  start() {
    this.#watch('(prefers-color-scheme: dark)', (on) => (this.dark = on));
    this.#watch('(max-width: 760px)', (on) => (this.narrow = on));
    this.#apply();
  }

  setAccessible(on: boolean) {
    this.accessible = on;
    remember(KEY, on ? 'yes' : 'no');
    this.#apply();
  }

  #apply() {
    document.documentElement.dataset.palette = this.accessible ? 'accessible' : 'usual';
  }

  #watch(query: string, set: (on: boolean) => void) {
    const list = matchMedia(query);
    set(list.matches);
    list.addEventListener('change', (event) => set(event.matches));
  }
}

export const look = new Look();
