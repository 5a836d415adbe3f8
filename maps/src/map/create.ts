// Makes a map as all maps of the app are: from above, without turning, with controls that a finger can hit.

import 'maplibre-gl/dist/maplibre-gl.css';
import './controls.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { Map as MapLibreMap, NavigationControl, setWorkerUrl, type MapOptions } from 'maplibre-gl';
import { t } from '../text/en';

export function createMap(
  container: HTMLElement,
  label: string,
  options: Omit<MapOptions, 'container'>,
): MapLibreMap {
  setWorkerUrl(new URL(workerUrl, location.href).href);
  const map = new MapLibreMap({
    container,
    maxZoom: 18,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: false,
    fadeDuration: 150,
    locale: {
      'Map.Title': label,
      'NavigationControl.ZoomIn': t.map.zoomIn,
      'NavigationControl.ZoomOut': t.map.zoomOut,
      'CooperativeGesturesHandler.WindowsHelpText': t.map.holdCtrl,
      'CooperativeGesturesHandler.MacHelpText': t.map.holdCommand,
      'CooperativeGesturesHandler.MobileHelpText': t.map.twoFingers,
    },
    ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'bottom-right');
  return map;
}

/** How far from a dot a click may be, in pixels. */
export const REACH_PX = { mouse: 6, finger: 18 };

export function reachOf(event: MouseEvent): number {
  const finger =
    (event as PointerEvent).pointerType === 'touch' || matchMedia('(hover: none)').matches;
  return finger ? REACH_PX.finger : REACH_PX.mouse;
}
