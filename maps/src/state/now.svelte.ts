// The present moment, for ages such as "3 minutes ago". Ticks slowly: nobody reads seconds.

const TICK_MS = 15_000;

class Now {
  ms = $state(Date.now());

  start() {
    setInterval(() => this.touch(), TICK_MS);
  }

  touch() {
    this.ms = Date.now();
  }
}

export const now = new Now();
