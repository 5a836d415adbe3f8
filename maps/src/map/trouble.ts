// Notices when a part of the map could not be loaded, and when all of it is there again.

import type { Map as MapLibreMap } from 'maplibre-gl';

/** Calls `tell(true)` at the first failure and `tell(false)` when everything came after a new attempt. */
export function watchTrouble(map: MapLibreMap, tell: (trouble: boolean) => void) {
  let failed = false;
  map.on('error', (event) => {
    // Failures of the style or of a shader carry no source and are for the console.
    const { sourceId } = event as { sourceId?: string };
    if (!sourceId) {
      console.error(event.error);
      return;
    }
    failed = true;
    tell(true);
  });
  map.on('idle', () => {
    if (!failed) tell(false);
  });
  return {
    failed: () => failed,
    /** To be called before everything is asked for again. */
    newAttempt() {
      failed = false;
    },
  };
}
