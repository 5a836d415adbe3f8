// What infrastructure is known, and which kinds of it are drawn. Nothing is drawn until it is asked for.

import { getInfrastructure } from '../api/calls';
import { messageOf } from '../api/client';
import {
  INFRASTRUCTURE_KINDS,
  type InfrastructureDataset,
  type InfrastructureKind,
} from '../api/types';
import { recall, remember } from './remembered';

const KEY = 'infrastructure';

class Infrastructure {
  datasets: InfrastructureDataset[] = $state.raw([]);
  error: string | null = $state(null);
  #asked = false;
  #chosen: InfrastructureKind[] = $state.raw(remembered());

  /** Kinds of which something is known. */
  kinds = $derived(
    INFRASTRUCTURE_KINDS.filter((kind) => this.datasets.some((d) => d.kind === kind)),
  );
  /** Kinds that are drawn. */
  shown = $derived(this.kinds.filter((kind) => this.#chosen.includes(kind)));

  async load() {
    if (this.#asked) return;
    this.#asked = true;
    try {
      this.datasets = (await getInfrastructure()).items;
      this.error = null;
    } catch (cause) {
      this.error = messageOf(cause);
      this.#asked = false;
    }
  }

  toggle(kind: InfrastructureKind) {
    const on = this.#chosen.includes(kind);
    this.#chosen = on ? this.#chosen.filter((k) => k !== kind) : [...this.#chosen, kind];
    remember(KEY, this.#chosen.join(' '));
  }
}

function remembered(): InfrastructureKind[] {
  const kept = (recall(KEY) ?? '').split(' ');
  return INFRASTRUCTURE_KINDS.filter((kind) => kept.includes(kind));
}

export const infrastructure = new Infrastructure();
