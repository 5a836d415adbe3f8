import { describe, expect, it } from 'vitest';
import type { GapRow, Series, SpeedTest } from '../src/api/types';
import { chartPoints, nearestTest } from '../src/chart/points';
import { labelPoints, zoomThatFits } from '../src/map/labels';
import { buildStyle, type Scene } from '../src/map/style';
import { light, usual } from '../src/map/theme';
import { sorted } from '../src/words/gap';

const day = (text: string, tests: number, median: number | null) =>
  ({ day: text, tests, download_median_mbps: median }) as Series['days'][number];

const test = (measured_at: string, values: Partial<SpeedTest> = {}) =>
  ({
    measured_at,
    outcome: 'ok',
    download_mbps: 10,
    invalid_reason: null,
    in_opening_hours: true,
    ...values,
  }) as SpeedTest;

const series: Series = {
  from: '2026-11-01T21:00:00Z',
  to: '2026-11-04T21:00:00Z',
  days: [day('2026-11-02', 2, 10), day('2026-11-03', 0, null), day('2026-11-04', 2, 30)],
  tests: [
    test('2026-11-02T07:00:00Z'),
    test('2026-11-02T08:00:00Z', { outcome: 'failed', download_mbps: null }),
    test('2026-11-04T07:00:00Z', { download_mbps: 30 }),
    test('2026-11-04T20:00:00Z', { download_mbps: 40, in_opening_hours: false }),
  ],
  tests_truncated: false,
  path: { days: [], truncated: false },
  pages: { days: [], truncated: false },
  presence: {
    spans: [],
    truncated: false,
    opening_hours: {
      online_s: 0,
      lan_down_s: 0,
      isp_down_s: 0,
      service_down_s: 0,
      off_s: 0,
      no_data_s: 0,
    },
    uptime_ratio: null,
  },
  giga_meter: { checks: 0, connected: 0 },
};

describe('the chart of a school', () => {
  const points = chartPoints(series, 'Africa/Nairobi', 20);

  it('has rising places and one value for each in every column', () => {
    expect(points.x).toEqual([...points.x].sort((a, b) => a - b));
    for (const column of [points.tests, points.faded, points.medians]) {
      expect(column).toHaveLength(points.x.length);
    }
  });

  it('breaks the line and shades the day where nothing was measured', () => {
    expect(points.medians.filter((m) => m !== undefined)).toEqual([10, null, 30]);
    expect(points.empty).toEqual([
      {
        from: Date.parse('2026-11-02T21:00:00Z') / 1000,
        to: Date.parse('2026-11-03T21:00:00Z') / 1000,
      },
    ]);
  });

  it('keeps failed tests and tests outside school hours apart', () => {
    expect(points.failed_at).toHaveLength(1);
    expect(points.faded.filter((v) => v !== undefined)).toEqual([40]);
    expect(points.tests.filter((v) => v !== undefined)).toEqual([10, 30]);
  });

  it('always has room for the target', () => {
    expect(chartPoints({ ...series, tests: [] }, 'UTC', 20).top_mbps).toBeGreaterThan(20);
  });

  it('reads out the nearest test', () => {
    const at = Date.parse('2026-11-02T07:50:00Z') / 1000;
    expect(nearestTest(series.tests, at)?.outcome).toBe('failed');
    expect(nearestTest([], at)).toBeNull();
  });
});

describe('the names of areas', () => {
  it('come sooner for wide areas and later for long names', () => {
    expect(zoomThatFits('Turkana', 34, 36)).toBeLessThan(zoomThatFits('Turkana', 34, 34.2));
    expect(zoomThatFits('Elgeyo-Marakwet', 34, 36)).toBeGreaterThan(zoomThatFits('Meru', 34, 36));
  });

  it('stand in the middle', () => {
    const people = { population: null, population_year: null };
    const area = {
      id: 'a',
      name: 'A',
      names: {},
      code: null,
      level: 1,
      parent_id: null,
      ...people,
    };
    const [point] = labelPoints([{ ...area, bbox: [10, 0, 20, 4] }]).features;
    expect(point?.geometry.coordinates).toEqual([15, 2]);
  });
});

describe('the style of the map', () => {
  const scene: Scene = {
    theme: light,
    colours: usual,
    shown: [],
    version: 7,
    levels: [1, 2],
    labels: { type: 'FeatureCollection', features: [] },
    chosenArea: null,
    infrastructure: [],
  };

  it('asks no other server for anything', () => {
    globalThis.location = { origin: 'http://here.example' } as Location;
    const style = buildStyle(scene);
    const urls = JSON.stringify(style).match(/https?:\/\/[^"]+/g) ?? [];
    expect(urls.filter((url) => !url.startsWith('http://here.example/'))).toEqual([]);
    expect(style.glyphs).toBeUndefined();
    expect(style.sprite).toBeUndefined();
  });

  it('draws only from sources that it has', () => {
    const { layers, sources } = buildStyle(scene);
    for (const layer of layers) {
      if ('source' in layer) expect(sources).toHaveProperty(String(layer.source));
    }
  });
});

describe('the gap table', () => {
  const row = (name: string | null, measured: number, good: number) =>
    ({ area: name && { id: name, name, code: null }, schools: 10, measured, good }) as GapRow;
  const rows = [row(null, 9, 9), row('B', 0, 0), row('A', 4, 1), row('C', 2, 2)];
  const names = (r: GapRow[]) => r.map((x) => x.area?.name ?? null);

  it('keeps the schools of no area at the end', () => {
    expect(names(sorted(rows, { column: 'area', descending: true }))).toEqual([
      'C',
      'B',
      'A',
      null,
    ]);
  });

  it('puts areas without a share last in either order', () => {
    const up = sorted(rows, { column: 'meeting', descending: false });
    const down = sorted(rows, { column: 'meeting', descending: true });
    expect(names(up)).toEqual(['A', 'C', 'B', null]);
    expect(names(down)).toEqual(['C', 'A', 'B', null]);
  });
});
