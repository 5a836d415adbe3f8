import { describe, expect, it } from 'vitest';
import {
  gapsPath,
  importPath,
  importsPath,
  mapPath,
  parseRoute,
  safeNext,
} from '../src/state/route';

describe('an address', () => {
  it('opens a school in two ways', () => {
    expect(parseRoute('/', '?school=abc')).toMatchObject({ page: 'map', school: 'abc' });
    expect(parseRoute('/schools/abc', '')).toMatchObject({ page: 'map', school: 'abc' });
    expect(parseRoute('/', '')).toMatchObject({ page: 'map', school: null });
  });

  it('chooses country and level of the gap table', () => {
    expect(parseRoute('/gaps', '?country=KEN&level=2')).toEqual({
      page: 'gaps',
      country: 'KEN',
      level: 2,
    });
    expect(parseRoute('/gaps', '?level=many')).toMatchObject({ level: null });
  });

  it('is made so that it can be read again', () => {
    const path = new URL(mapPath({ school: 'a b', country: 'KEN' }), 'http://x');
    expect(parseRoute(path.pathname, path.search)).toMatchObject({ school: 'a b', country: 'KEN' });
    expect(gapsPath('KEN', 1)).toBe('/gaps?country=KEN&level=1');
  });

  it('opens the imports, and one of them at a step with some of its rows', () => {
    expect(parseRoute('/admin/imports', '?country=KEN')).toEqual({
      page: 'imports',
      country: 'KEN',
    });
    const path = new URL(importPath('a b', 'look', { code: 'x_y', row: 12 }), 'http://x');
    expect(parseRoute(path.pathname, path.search)).toEqual({
      page: 'import',
      id: 'a b',
      step: 'look',
      filter: { verdict: null, code: 'x_y', repair: null, row: 12 },
    });
    expect(parseRoute('/admin/imports/a', '?step=dance&verdict=eaten&row=-1')).toMatchObject({
      step: null,
      filter: { verdict: null, row: null },
    });
    expect(importsPath(null)).toBe('/admin/imports');
    expect(parseRoute('/admin/imports/a/b', '')).toEqual({ page: 'missing' });
  });

  it('opens what administrators decide', () => {
    expect(parseRoute('/admin/corrections', '')).toEqual({ page: 'corrections' });
    expect(parseRoute('/admin/corrections/', '')).toEqual({ page: 'corrections' });
    expect(parseRoute('/admin', '')).toEqual({ page: 'missing' });
  });

  it('that nobody knows is said to be missing', () => {
    expect(parseRoute('/nowhere', '')).toEqual({ page: 'missing' });
    expect(parseRoute('/schools/%E0%A4%A', '')).toMatchObject({ page: 'map' });
  });

  it('after a login stays on this site', () => {
    expect(safeNext('/?school=abc')).toBe('/?school=abc');
    for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', null]) {
      expect(safeNext(bad)).toBe('/');
    }
  });
});
