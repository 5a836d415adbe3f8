// Infrastructure as people read it. Pure.

import type { InfrastructureKind, NearestThing, Origin } from '../api/types';
import { t } from '../text/en';
import { distance } from './number';
import { plainDay } from './time';

/** A thing that is the nearest of one generation or of several. */
export interface ShownThing extends NearestThing {
  generations: string[];
}

/**
 * What is worth a line: one for a mast of several generations, and what is planned only where nothing like it is as
 * near already.
 */
export function shownOf(things: readonly NearestThing[]): ShownThing[] {
  const there = things.filter((thing) => !thing.planned);
  const shown: ShownThing[] = [];
  for (const thing of things) {
    const beaten = there.some(
      (t) =>
        t.kind === thing.kind &&
        t.generation === thing.generation &&
        t.distance_m <= thing.distance_m,
    );
    if (thing.planned && beaten) continue;
    const generations = thing.generation === null ? [] : [thing.generation];
    const same = shown.find((known) => known.id === thing.id && known.planned === thing.planned);
    if (same) same.generations.push(...generations);
    else shown.push({ ...thing, generations });
  }
  return shown;
}

/** `3G/4G mast`, `Fibre line, planned`. */
export function nameOf(thing: ShownThing): string {
  const { kind, generations } = thing;
  const what =
    generations.length > 0 && (kind === 'cell_site' || kind === 'coverage')
      ? t.infrastructure.ofGeneration[kind](generations.join('/'))
      : t.infrastructure.kinds[kind];
  if (!thing.planned) return what;
  return thing.status === 'under_construction'
    ? t.infrastructure.building(what)
    : t.infrastructure.planned(what);
}

/** `3.2 km`; `inside` a coverage. */
export function howFar(thing: NearestThing): string {
  if (thing.kind === 'coverage') {
    return thing.distance_m === 0
      ? t.infrastructure.inside
      : t.infrastructure.away(distance(thing.distance_m));
  }
  return distance(thing.distance_m);
}

/** Which one it is, who runs it, and what is to be known before one relies on it. */
export function detailOf(thing: NearestThing): string {
  const { name, operator, range_m, status } = thing;
  const inRange = range_m !== null && thing.distance_m <= range_m;
  const range =
    range_m === null
      ? null
      : (inRange ? t.infrastructure.inRange : t.infrastructure.outOfRange)(distance(range_m));
  const unsure = status === 'unknown' ? t.infrastructure.notStated : null;
  return [name, operator === name ? null : operator, range, unsure].filter(Boolean).join(', ');
}

/** One line for each source: what it says, of which day, under which licence. */
export function originsOf(things: ({ kind: InfrastructureKind } & Origin)[]): string[] {
  const kinds = new Map<string, { origin: Origin; kinds: InfrastructureKind[] }>();
  for (const { kind, source, licence, as_of } of things) {
    const key = JSON.stringify([source, licence, as_of]);
    const known = kinds.get(key) ?? { origin: { source, licence, as_of }, kinds: [] };
    if (!known.kinds.includes(kind)) known.kinds.push(kind);
    kinds.set(key, known);
  }
  return [...kinds.values()].map(({ origin, kinds: said }) =>
    t.infrastructure.origin(
      said.map((kind) => t.infrastructure.plural[kind]),
      origin.source,
      plainDay(origin.as_of),
      origin.licence,
    ),
  );
}
