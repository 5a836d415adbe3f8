declare module '*.mjs?url' {
  const url: string;
  export default url;
}

interface Window {
  /** For tests: the map, to project coordinates. */
  __schoolbeat?: { map: import('maplibre-gl').Map };
}
