// What is to be seen on the map: chosen by the page, drawn by the map view.

import type { FeatureCollection, Point } from 'geojson';
import { STATUSES, type Box, type Location, type Status } from '../api/types';

export type Target =
  { kind: 'box'; box: Box; gently: boolean } | { kind: 'point'; at: Location; gently: boolean };

class SceneState {
  /** Only these are drawn; an empty list draws all. */
  shown: Status[] = $state([]);
  /** Whether some dots on the map stand for several schools. */
  crowded = $state(false);
  labels: FeatureCollection<Point> = $state.raw({ type: 'FeatureCollection', features: [] });
  chosenSchool: Location | null = $state.raw(null);
  chosenArea: string | null = $state(null);
  /** Where somebody says a school is. */
  proposed: Location | null = $state.raw(null);
  /** Whether a cross marks the centre of the open part of the map. */
  aiming = $state(false);
  /** That centre; the map view says where it is. */
  centre: (() => Location) | null = $state.raw(null);
  /** Where the map should go next. */
  target: Target | null = $state.raw(null);

  toggle(status: Status) {
    this.shown = this.shown.includes(status)
      ? this.shown.filter((s) => s !== status)
      : STATUSES.filter((s) => s === status || this.shown.includes(s));
  }

  showAll() {
    this.shown = [];
  }
}

export const scene = new SceneState();
