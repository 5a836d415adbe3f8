import { describe, expect, it } from 'vitest';
import { dark, light, usual, usualDark } from '../src/map/theme';
import { darkVerdicts, lightVerdicts } from '../src/imports/verdictColours';

type Three = [number, number, number];

/** How people without red or green cones see linear colours (Machado, Oliveira and Fernandes 2009, severity 1). */
const SIGHT: Record<string, Three[]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function linear(hex: string): Three {
  return [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Three;
}

function lab(hex: string, sight: Three[]): Three {
  const [r, g, b] = sight.map((row) =>
    Math.max(
      0,
      row.reduce((sum, weight, i) => sum + weight * linear(hex)[i]!, 0),
    ),
  ) as Three;
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIE 1976: some 2 is just seen side by side; dots apart from each other need far more. */
function difference(a: string, b: string, sight: Three[]): number {
  const [p, q] = [lab(a, sight), lab(b, sight)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

const CLEAR = 25;

describe.each([
  ['light', lightVerdicts, light, usual],
  ['dark', darkVerdicts, dark, usualDark],
])('the colours of the rows (%s)', (_, verdicts, theme, statuses) => {
  const { created, updated, unchanged } = verdicts;

  it.each(Object.entries(SIGHT))('can be told apart with %s sight', (_name, sight) => {
    for (const [a, b] of [
      [created, updated],
      [created, unchanged],
      [updated, unchanged],
    ] as const) {
      expect(difference(a, b, sight), `${a} and ${b}`).toBeGreaterThan(CLEAR);
    }
    for (const colour of Object.values(verdicts)) {
      expect(difference(colour, theme.country, sight), `${colour} on land`).toBeGreaterThan(CLEAR);
    }
  });

  it('are none of the statuses', () => {
    for (const colour of [created, updated]) {
      for (const status of Object.values(statuses)) {
        expect(difference(colour, status, SIGHT.usual!), `${colour}, ${status}`).toBeGreaterThan(
          20,
        );
      }
    }
  });
});
