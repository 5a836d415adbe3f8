// The style of the map of rows. Pure.

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { paperLayers, paperSources } from '../map/style';
import type { MapTheme } from '../map/theme';
import { MAX_TILE_ZOOM } from '../map/tiles';
import { DRAWN, type Drawn } from './verdictColours';

export const ROW_LAYER = 'rows';

export interface RowScene {
  theme: MapTheme;
  colours: Record<Drawn, string>;
  levels: readonly number[];
  tiles: string;
  /** The row that is being looked at. */
  chosen: number | null;
}

export function buildRowStyle(scene: RowScene): StyleSpecification {
  return {
    version: 8,
    sources: {
      ...paperSources(scene.levels),
      rows: { type: 'vector', tiles: [scene.tiles], maxzoom: MAX_TILE_ZOOM },
    },
    layers: [...paperLayers(scene.theme, scene.levels), dots(scene), chosenRow(scene)],
  };
}

const verdict: ExpressionSpecification = ['get', 'verdict'];
const isMissing: ExpressionSpecification = ['==', verdict, 'missing'];
const hasFinding: ExpressionSpecification = ['to-boolean', ['get', 'findings']];
const size: ExpressionSpecification = ['max', 1, ['coalesce', ['get', 'count'], 1]];

/** Radius of one row: zoom, pixels, zoom, pixels, and so on. */
const RADIUS_PX = [3, 1.6, 5, 2.6, 7, 4, 10, 6, 14, 9];

function radius(): ExpressionSpecification {
  const growth: ExpressionSpecification = [
    'interpolate',
    ['linear'],
    ['log10', size],
    0,
    1,
    3,
    2.5,
  ];
  const stops = RADIUS_PX.map((n, i) => (i % 2 === 0 ? n : ['*', n, growth]));
  return ['interpolate', ['linear'], ['zoom'], ...stops] as unknown as ExpressionSpecification;
}

function dots({ theme, colours }: RowScene): LayerSpecification {
  const pairs = DRAWN.flatMap((name) => [name, colours[name]]);
  const colour = [
    'match',
    verdict,
    ...pairs,
    colours.unchanged,
  ] as unknown as ExpressionSpecification;
  return {
    id: ROW_LAYER,
    type: 'circle',
    source: 'rows',
    'source-layer': 'rows',
    layout: {
      // What changes lies over what stays, what was noticed over all.
      'circle-sort-key': [
        '+',
        ['match', verdict, 'unchanged', 0, 'missing', 1, 'created', 2, 3],
        ['case', hasFinding, 4, 0],
      ],
    },
    paint: {
      'circle-color': ['case', isMissing, theme.country, colour],
      'circle-radius': radius(),
      'circle-stroke-color': ['case', isMissing, colour, hasFinding, theme.ink, theme.halo],
      'circle-stroke-width': [
        'interpolate',
        ['linear'],
        ['zoom'],
        4,
        ['case', isMissing, 1.2, hasFinding, 1, 0.3],
        10,
        ['case', isMissing, 2, hasFinding, 2, 1.2],
      ],
    },
  };
}

function chosenRow({ theme, chosen }: RowScene): LayerSpecification {
  return {
    id: 'chosen-row',
    type: 'circle',
    source: 'rows',
    'source-layer': 'rows',
    filter: ['==', ['get', 'row'], chosen ?? -1],
    paint: {
      'circle-color': 'transparent',
      'circle-radius': 14,
      'circle-stroke-color': theme.ink,
      'circle-stroke-width': 3,
    },
  };
}
