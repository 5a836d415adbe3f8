// Which school or crowd lies under a finger or a mouse.

import type { Map as MapLibreMap, MapGeoJSONFeature, Point } from 'maplibre-gl';
import type { Status } from '../api/types';
import { SCHOOL_LAYER } from './schoolLayers';

export type Pick =
  | { kind: 'school'; id: string; name: string; status: Status }
  | { kind: 'cell'; count: number; at: [number, number] };

/** The nearest feature within `reach_px`; a school wins over a crowd. */
export function pick(map: MapLibreMap, point: Point, reach_px: number): Pick | null {
  const crowd = (feature: MapGeoJSONFeature) => 'count' in feature.properties;
  const best = nearest(map, SCHOOL_LAYER, point, reach_px, crowd);
  return best && pickOf(best);
}

/** The nearest point of a layer; one that stands for several gives way to one that does not. */
export function nearest(
  map: MapLibreMap,
  layer: string,
  point: Point,
  reach_px: number,
  isCrowd: (feature: MapGeoJSONFeature) => boolean,
): MapGeoJSONFeature | null {
  if (!map.getLayer(layer)) return null;
  const found = map.queryRenderedFeatures(
    [
      [point.x - reach_px, point.y - reach_px],
      [point.x + reach_px, point.y + reach_px],
    ],
    { layers: [layer] },
  );
  let best: { feature: MapGeoJSONFeature; far: number } | null = null;
  for (const feature of found) {
    const at = place(feature);
    if (!at) continue;
    const { x, y } = map.project(at);
    const penalty = isCrowd(feature) ? reach_px : 0;
    const far = Math.hypot(x - point.x, y - point.y) + penalty;
    if (!best || far < best.far) best = { feature, far };
  }
  return best?.feature ?? null;
}

export function place(feature: MapGeoJSONFeature): [number, number] | null {
  if (feature.geometry.type !== 'Point') return null;
  const [x, y] = feature.geometry.coordinates;
  return x === undefined || y === undefined ? null : [x, y];
}

function pickOf(feature: MapGeoJSONFeature): Pick | null {
  const { properties } = feature;
  const at = place(feature);
  if ('count' in properties) {
    return at && { kind: 'cell', count: Number(properties.count), at };
  }
  return {
    kind: 'school',
    id: String(properties.id),
    name: String(properties.name ?? ''),
    status: properties.status as Status,
  };
}

/** Whether some of the dots in sight stand for several schools. */
export function hasCrowds(map: MapLibreMap): boolean {
  if (!map.getLayer(SCHOOL_LAYER)) return false;
  const found = map.queryRenderedFeatures({ layers: [SCHOOL_LAYER], filter: ['has', 'count'] });
  return found.length > 0;
}
