// The layers that show schools. Where a tile would be crowded, the server sends cells with a count for each status;
// a cell is drawn as a somewhat larger dot in the colour of its most frequent status.

import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from 'maplibre-gl';
import { STATUSES, type Status } from '../api/types';
import type { MapTheme } from './theme';

/**
 * Later ones are drawn over earlier ones: what is measured lies over what is not. Good, moderate and bad share a place,
 * since whichever lay on top would colour a crowded town.
 */
const DRAWING_ORDER: Status[] = ['unknown', 'not_connected', 'connected_unmeasured'];

/** Radius of one school: zoom, pixels, zoom, pixels, and so on. */
const RADIUS_PX = [3, 1.2, 5, 2.1, 7, 3.6, 10, 5.5, 14, 9];

export const SCHOOL_LAYER = 'schools';

export function schoolLayers(
  theme: MapTheme,
  colours: Record<Status, string>,
  shown: readonly Status[],
): LayerSpecification[] {
  const statuses = shown.length > 0 ? shown : STATUSES;
  return [names(theme, statuses), dots(theme, colours, statuses)];
}

function dots(
  theme: MapTheme,
  colours: Record<Status, string>,
  statuses: readonly Status[],
): LayerSpecification {
  const status = statusOf(statuses);
  const place = [
    'index-of',
    status,
    ['literal', DRAWING_ORDER],
  ] as unknown as ExpressionSpecification;
  const order: ExpressionSpecification = ['case', ['<', place, 0], DRAWING_ORDER.length, place];
  return {
    id: SCHOOL_LAYER,
    type: 'circle',
    source: 'schools',
    'source-layer': 'schools',
    filter: [
      'case',
      isCell,
      ['>', countOf(statuses), 0],
      has(statuses),
    ] as unknown as FilterSpecification,
    layout: { 'circle-sort-key': order },
    paint: {
      'circle-color': colourBy(status, colours),
      'circle-radius': radius(statuses),
      'circle-stroke-color': theme.halo,
      'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 4, 0.3, 7, 0.7, 10, 1.2, 14, 2],
    },
  };
}

const isCell: ExpressionSpecification = ['has', 'count'];

function has(statuses: readonly Status[]): ExpressionSpecification {
  return ['in', ['get', 'status'], ['literal', [...statuses]]];
}

function number(status: Status): ExpressionSpecification {
  return ['coalesce', ['get', status], 0];
}

/** How many of the shown schools a cell holds. */
function countOf(statuses: readonly Status[]): ExpressionSpecification {
  if (statuses.length === STATUSES.length) return ['get', 'count'];
  return ['+', 0, ...statuses.map(number)];
}

/** The status of a school, or the most frequent of the shown ones in a cell. */
function statusOf(statuses: readonly Status[]): ExpressionSpecification {
  if (statuses.length === STATUSES.length) return ['get', 'status'];
  // As on the server, unknown colours a cell only where nothing else is in it.
  const known = statuses.filter((s) => s !== 'unknown');
  const most: ExpressionSpecification = ['max', 0, ...known.map(number)];
  const cases = known.flatMap((s) => [['all', ['>', most, 0], ['>=', number(s), most]], s]);
  return [
    'case',
    ['!', isCell],
    ['get', 'status'],
    ...cases,
    'unknown',
  ] as unknown as ExpressionSpecification;
}

function colourBy(
  status: ExpressionSpecification,
  colours: Record<Status, string>,
): ExpressionSpecification {
  const pairs = STATUSES.flatMap((s) => [s, colours[s]]);
  return ['match', status, ...pairs, colours.unknown] as unknown as ExpressionSpecification;
}

/** Cells lie close together, so a cell of a thousand schools is only some times as wide as one school. */
function radius(statuses: readonly Status[]): ExpressionSpecification {
  const growth: ExpressionSpecification = [
    'interpolate',
    ['linear'],
    ['log10', ['max', 1, countOf(statuses)]],
    0,
    1,
    3,
    2.5,
  ];
  const factor: ExpressionSpecification = ['case', isCell, growth, 1];
  const stops = RADIUS_PX.map((n, i) => (i % 2 === 0 ? n : ['*', n, factor]));
  return ['interpolate', ['linear'], ['zoom'], ...stops] as unknown as ExpressionSpecification;
}

/** Under the dots: a name may be covered by a dot, never a dot by a name. */
function names(theme: MapTheme, statuses: readonly Status[]): LayerSpecification {
  return {
    id: 'school-names',
    type: 'symbol',
    source: 'schools',
    'source-layer': 'schools',
    minzoom: 11.5,
    filter: ['all', ['has', 'name'], has(statuses)],
    layout: {
      'text-field': ['get', 'name'],
      'text-font': ['Noto Sans Variable'],
      'text-size': 12,
      'text-anchor': 'top',
      // Clear of the ring around a chosen school.
      'text-offset': [0, 1.4],
      'text-max-width': 9,
    },
    paint: { 'text-color': theme.ink, 'text-halo-color': theme.halo, 'text-halo-width': 1.6 },
  };
}
