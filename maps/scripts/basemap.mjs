// Writes the land and the borders of the world into public/basemap, so that the map needs no other server.
// The source is Natural Earth 1:50m as packed by world-atlas.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { feature, mesh } from 'topojson-client';

const DECIMALS = 3; // about 100 m at the equator: finer than the source
const TOLERANCE_DEGREES = 0.012; // a vertex nearer than this to the line without it is dropped
const LIMIT_BYTES = 1_500_000;

const require = createRequire(import.meta.url);
const atlas = JSON.parse(readFileSync(require.resolve('world-atlas/countries-50m.json'), 'utf8'));
const out = fileURLToPath(new URL('../public/basemap/', import.meta.url));

const round = (n) => Number(n.toFixed(DECIMALS));

/** How far a point lies from the segment between two others, in degrees. */
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** Douglas and Peucker's thinning, without recursion; the first and the last vertex stay. */
function thin(line) {
  const keep = new Set([0, line.length - 1]);
  const spans = [[0, line.length - 1]];
  while (spans.length > 0) {
    const [from, to] = spans.pop();
    let [worst, at] = [0, -1];
    for (let i = from + 1; i < to; i += 1) {
      // A ring starts where it ends: there the distance is to a point, which is what is wanted.
      const d = distance(line[i], line[from], line[to]);
      if (d > worst) [worst, at] = [d, i];
    }
    if (worst > TOLERANCE_DEGREES) {
      keep.add(at);
      spans.push([from, at], [at, to]);
    }
  }
  return line.filter((_, i) => keep.has(i)).map(([x, y]) => [round(x), round(y)]);
}

/** A ring over the antimeridian goes on beyond 180 degrees, instead of back around the world. */
function unwrap(line) {
  let turns = 0;
  return line.map(([x, y], i) => {
    if (i > 0) turns -= Math.round((x - line[i - 1][0]) / 360);
    return [x + turns * 360, y];
  });
}

function thinPolygon(rings) {
  return rings
    .map(unwrap)
    .map(thin)
    .filter((ring) => ring.length >= 4);
}

function write(name, geometry) {
  const text = JSON.stringify({ type: 'Feature', properties: {}, geometry });
  writeFileSync(out + name, text);
  return text.length;
}

const land = feature(atlas, atlas.objects.land);
const polygons = (land.features ?? [land]).flatMap(({ geometry }) =>
  geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
);
const borders = mesh(atlas, atlas.objects.countries, (a, b) => a !== b);

mkdirSync(out, { recursive: true });
const bytes =
  write('land.json', {
    type: 'MultiPolygon',
    coordinates: polygons.map(thinPolygon).filter((rings) => rings.length > 0),
  }) +
  write('borders.json', {
    type: 'MultiLineString',
    coordinates: borders.coordinates.map(unwrap).map(thin),
  });

if (bytes > LIMIT_BYTES)
  throw new Error(`the basemap has ${bytes} bytes, the limit is ${LIMIT_BYTES}`);
console.log(`basemap: ${Math.round(bytes / 1000)} kB in public/basemap`);
