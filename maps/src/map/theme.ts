// The colours of the map: a quiet paper for the land, the status colours for the schools.

import type { InfrastructureKind, Status } from '../api/types';

export interface MapTheme {
  sea: string;
  land: string;
  country: string;
  border: string;
  areaLine: string;
  label: string;
  halo: string;
  ink: string;
  /** Muted: only the schools are strong. */
  infrastructure: Record<InfrastructureKind, string>;
}

export const light: MapTheme = {
  sea: '#e3e8e7',
  land: '#eeeae0',
  country: '#fbf9f3',
  border: '#d2cbbb',
  areaLine: '#cfc8b8',
  label: '#6d6a5f',
  halo: '#fbf9f3',
  ink: '#1f2723',
  infrastructure: {
    fibre_node: '#4d6478',
    fibre_line: '#7f95a8',
    microwave_node: '#8a7f9c',
    cell_site: '#7d7465',
    coverage: '#7d8f86',
    grid_line: '#b09a6c',
  },
};

export const dark: MapTheme = {
  sea: '#14181a',
  land: '#1d2224',
  country: '#262c2f',
  border: '#363d41',
  areaLine: '#434b50',
  label: '#a9aea8',
  halo: '#202629',
  ink: '#ebe8e0',
  infrastructure: {
    fibre_node: '#9fb4c6',
    fibre_line: '#6f8699',
    microwave_node: '#978ba9',
    cell_site: '#9a907f',
    coverage: '#7d938a',
    grid_line: '#8f7f5a',
  },
};

export const usual: Record<Status, string> = {
  good: '#00a651',
  moderate: '#f6c344',
  bad: '#ff5538',
  connected_unmeasured: '#1d8cf0',
  not_connected: '#7a3b69',
  unknown: '#9aa0a6',
};

/** The usual purple would sink into the dark land. */
export const usualDark: Record<Status, string> = { ...usual, not_connected: '#b3709f' };

export const accessible: Record<Status, string> = {
  good: '#009e73',
  moderate: '#f0e442',
  bad: '#d55e00',
  connected_unmeasured: '#0072b2',
  not_connected: '#cc79a7',
  unknown: '#999999',
};
