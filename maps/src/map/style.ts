// The whole style of the map as a function of what is to be seen. Pure but for the origin in the tile addresses.

import type { FeatureCollection, Point } from 'geojson';
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { InfrastructureKind, Status } from '../api/types';
import { infrastructureLayers } from './infrastructureLayers';
import { schoolLayers } from './schoolLayers';
import type { MapTheme } from './theme';
import { areaTiles, infrastructureTiles, MAX_TILE_ZOOM, schoolTiles } from './tiles';

export interface Scene {
  theme: MapTheme;
  colours: Record<Status, string>;
  /** Only these are drawn; an empty list draws all. */
  shown: readonly Status[];
  version: number;
  levels: readonly number[];
  labels: FeatureCollection<Point>;
  chosenArea: string | null;
  /** Kinds that are drawn. */
  infrastructure: readonly InfrastructureKind[];
}

/** From which zoom on the outlines of a level are drawn. */
const OUTLINE_ZOOM = [0, 0, 6.5, 8.5, 10.5];

export function buildStyle(scene: Scene): StyleSpecification {
  const { theme, levels } = scene;
  return {
    version: 8,
    sources: sources(scene),
    layers: [
      ...paperLayers(theme, levels),
      ...levels.map((level) => chosenArea(level, scene)),
      ...infrastructureLayers(theme, scene.infrastructure),
      ...schoolLayers(theme, scene.colours, scene.shown),
      areaNames(theme),
    ],
  };
}

function sources(scene: Scene): Record<string, SourceSpecification> {
  const all: Record<string, SourceSpecification> = {
    ...paperSources(scene.levels),
    labels: { type: 'geojson', data: scene.labels },
    schools: {
      type: 'vector',
      tiles: schoolTiles(scene.version),
      maxzoom: MAX_TILE_ZOOM,
    },
  };
  if (scene.infrastructure.length > 0) {
    all.infrastructure = {
      type: 'vector',
      tiles: infrastructureTiles(scene.infrastructure),
      maxzoom: MAX_TILE_ZOOM,
    };
  }
  return all;
}

/** What lies under the schools of every map: sea, land, borders and areas. */
export function paperLayers(theme: MapTheme, levels: readonly number[]): LayerSpecification[] {
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': theme.sea } },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': theme.land } },
    {
      id: 'borders',
      type: 'line',
      source: 'borders',
      paint: { 'line-color': theme.border, 'line-width': 0.8 },
    },
    ...levels.filter((level) => level <= 1).map((level) => areaFill(level, theme)),
    ...[...levels].reverse().map((level) => areaLine(level, theme)),
  ];
}

export function paperSources(levels: readonly number[]): Record<string, SourceSpecification> {
  const all: Record<string, SourceSpecification> = {
    land: { type: 'geojson', data: '/basemap/land.json', tolerance: 0.2 },
    borders: { type: 'geojson', data: '/basemap/borders.json', tolerance: 0.2 },
  };
  for (const level of levels) {
    all[`areas-${level}`] = {
      type: 'vector',
      tiles: areaTiles(level),
      maxzoom: MAX_TILE_ZOOM,
    };
  }
  return all;
}

/** Imported areas are land too: an invented country may lie in the ocean. */
function areaFill(level: number, theme: MapTheme): LayerSpecification {
  return {
    id: `area-fill-${level}`,
    type: 'fill',
    source: `areas-${level}`,
    'source-layer': 'areas',
    paint: { 'fill-color': theme.country },
  };
}

function areaLine(level: number, theme: MapTheme): LayerSpecification {
  return {
    id: `area-line-${level}`,
    type: 'line',
    source: `areas-${level}`,
    'source-layer': 'areas',
    minzoom: OUTLINE_ZOOM[level] ?? 0,
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': theme.areaLine,
      'line-width': level <= 1 ? ['interpolate', ['linear'], ['zoom'], 4, 0.5, 8, 1.2, 12, 2] : 0.6,
    },
  };
}

function chosenArea(level: number, scene: Scene): LayerSpecification {
  return {
    id: `chosen-area-${level}`,
    type: 'line',
    source: `areas-${level}`,
    'source-layer': 'areas',
    filter: ['==', ['get', 'id'], scene.chosenArea ?? ''],
    paint: { 'line-color': scene.theme.ink, 'line-width': 1.6 },
  };
}

function areaNames(theme: MapTheme): LayerSpecification {
  return {
    id: 'area-names',
    type: 'symbol',
    source: 'labels',
    filter: ['<=', ['get', 'from_zoom'], ['zoom']],
    layout: {
      'text-field': ['get', 'name'],
      'text-font': ['Noto Sans Variable'],
      'text-size': ['interpolate', ['linear'], ['zoom'], 4, 11, 9, 14],
      'text-max-width': 8,
      'text-padding': 6,
      'symbol-sort-key': ['-', 0, ['get', 'width']],
    },
    paint: {
      'text-color': theme.label,
      'text-halo-color': theme.halo,
      'text-halo-width': 1.5,
    },
  };
}
