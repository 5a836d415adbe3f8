// Where the name of an area stands, and from which zoom on there is room for it. Pure.

import type { Feature, FeatureCollection, Point } from 'geojson';
import type { Area } from '../api/types';

const TILE_PX = 512;
const LETTER_PX = 6.5;

/** The first zoom at which a name fits into the width of its area. */
export function zoomThatFits(name: string, west: number, east: number): number {
  const width = Math.max(east - west, 1e-6);
  const needed = name.length * LETTER_PX;
  return Math.max(0, Math.ceil(2 * Math.log2((needed * 360) / (TILE_PX * width))) / 2);
}

/** In the local name: without a plugin the map cannot write Arabic from right to left. */
export function labelPoints(areas: Area[]): FeatureCollection<Point> {
  const features = areas.map(({ id, name, level, bbox: [west, south, east, north] }) => ({
    type: 'Feature' as const,
    properties: { id, name, level, from_zoom: zoomThatFits(name, west, east), width: east - west },
    geometry: { type: 'Point' as const, coordinates: [(west + east) / 2, (south + north) / 2] },
  })) satisfies Feature<Point>[];
  return { type: 'FeatureCollection', features };
}
