// The addresses of the tiles. MapLibre's worker needs them whole.

export const MAX_TILE_ZOOM = 14;

export function schoolTiles(version: number): string[] {
  return [`${location.origin}/tiles/schools/{z}/{x}/{y}.mvt?v=${version}`];
}

export function infrastructureTiles(kinds: readonly string[]): string[] {
  return [`${location.origin}/tiles/infrastructure/{z}/{x}/{y}.mvt?kinds=${kinds.join(',')}`];
}

export function areaTiles(level: number): string[] {
  return [`${location.origin}/tiles/areas/{z}/{x}/{y}.mvt?level=${level}`];
}
