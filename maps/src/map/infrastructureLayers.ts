// The layers that show infrastructure: quietly, below the schools. What is only planned is dashed or hollow.

import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from 'maplibre-gl';
import type { InfrastructureKind } from '../api/types';
import type { MapTheme } from './theme';

/** The largest first, so that nothing is hidden by it. */
const DRAWING_ORDER: InfrastructureKind[] = [
  'coverage',
  'grid_line',
  'fibre_line',
  'cell_site',
  'microwave_node',
  'fibre_node',
];

const isPlanned: ExpressionSpecification = ['==', ['get', 'planned'], true];

export function infrastructureLayers(
  theme: MapTheme,
  shown: readonly InfrastructureKind[],
): LayerSpecification[] {
  return DRAWING_ORDER.filter((kind) => shown.includes(kind)).flatMap((kind) => {
    if (kind === 'coverage') return coverage(theme);
    return kind.endsWith('_line') ? lines(kind, theme) : [points(kind, theme)];
  });
}

const source = { source: 'infrastructure', 'source-layer': 'infrastructure' } as const;

function only(kind: InfrastructureKind, planned?: boolean): FilterSpecification {
  const ofKind: ExpressionSpecification = ['==', ['get', 'kind'], kind];
  if (planned === undefined) return ofKind;
  return ['all', ofKind, planned ? isPlanned : ['!', isPlanned]];
}

function coverage(theme: MapTheme): LayerSpecification[] {
  const colour = theme.infrastructure.coverage;
  return [
    {
      id: 'infrastructure-coverage',
      type: 'fill',
      ...source,
      filter: only('coverage', false),
      paint: { 'fill-color': colour, 'fill-opacity': 0.14 },
    },
    {
      id: 'infrastructure-coverage-planned',
      type: 'line',
      ...source,
      filter: only('coverage', true),
      paint: { 'line-color': colour, 'line-width': 1, 'line-dasharray': [3, 2] },
    },
  ];
}

function lines(kind: InfrastructureKind, theme: MapTheme): LayerSpecification[] {
  return [false, true].map((planned) => ({
    id: `infrastructure-${kind}${planned ? '-planned' : ''}`,
    type: 'line' as const,
    ...source,
    filter: only(kind, planned),
    layout: { 'line-join': 'round', 'line-cap': planned ? 'butt' : 'round' },
    paint: {
      'line-color': theme.infrastructure[kind],
      'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.6, 7, 1.2, 12, 2.4],
      ...(planned ? { 'line-dasharray': [3, 2] } : {}),
    },
  }));
}

function points(kind: InfrastructureKind, theme: MapTheme): LayerSpecification {
  const colour = theme.infrastructure[kind];
  const large = kind === 'cell_site' ? 0.75 : 1;
  return {
    id: `infrastructure-${kind}`,
    type: 'circle',
    ...source,
    filter: only(kind),
    paint: {
      'circle-color': ['case', isPlanned, theme.halo, colour],
      'circle-stroke-color': ['case', isPlanned, colour, theme.halo],
      'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 5, 0.4, 9, 1],
      'circle-radius': [
        'interpolate',
        ['linear'],
        ['zoom'],
        4,
        0.9 * large,
        7,
        2 * large,
        12,
        4 * large,
      ],
    },
  };
}
