import { describe, expect, it } from 'vitest';
import type { NearestThing } from '../src/api/types';
import { infrastructureLayers } from '../src/map/infrastructureLayers';
import { light } from '../src/map/theme';
import {
  detailOf,
  howFar,
  nameOf as nameOfShown,
  originsOf,
  shownOf,
} from '../src/words/infrastructure';
import { distance } from '../src/words/number';

const thing = (values: Partial<NearestThing>): NearestThing => ({
  kind: 'fibre_line',
  generation: null,
  planned: false,
  id: '1',
  name: null,
  status: 'live',
  operator: null,
  technology: null,
  range_m: null,
  distance_m: 3210,
  source: 'ITU',
  licence: 'MIT',
  as_of: '2025-06-30',
  ...values,
});

const nameOf = (one: NearestThing) => nameOfShown(shownOf([one])[0]!);

describe('a distance', () => {
  it.each([
    [0, 'under 10\u202fm'],
    [83, '80\u202fm'],
    [994, '990\u202fm'],
    [996, '1\u202fkm'],
    [3210, '3.2\u202fkm'],
    [99_960, '100\u202fkm'],
    [1_234_567, '1,235\u202fkm'],
  ])('of %d m reads %s', (metres, words) => expect(distance(metres)).toBe(words));
});

describe('infrastructure in words', () => {
  it('says what is planned, and never as if it were there', () => {
    expect(nameOf(thing({}))).toBe('Fibre line');
    expect(nameOf(thing({ planned: true, status: 'planned' }))).toBe('Fibre line, planned');
    const building = thing({ planned: true, status: 'under_construction' });
    expect(nameOf(building)).toBe('Fibre line, being built');
  });

  it('tells generations apart, and inside from near', () => {
    const coverage = thing({ kind: 'coverage', generation: '4G', distance_m: 0 });
    expect(`${nameOf(coverage)}: ${howFar(coverage)}`).toBe('4G coverage: inside');
    expect(howFar(thing({ kind: 'coverage', distance_m: 3210 }))).toBe('3.2\u202fkm away');
    expect(nameOf(thing({ kind: 'cell_site' }))).toBe('Mobile mast');
  });

  it('names the range and what is not known', () => {
    const mast = thing({ kind: 'cell_site', name: 'M1', operator: 'MTN', range_m: 2000 });
    expect(detailOf(mast)).toBe('M1, MTN, beyond its stated range of 2\u202fkm');
    expect(detailOf(thing({ status: 'unknown' }))).toBe('not stated whether in use');
    expect(detailOf(thing({}))).toBe('');
  });

  it('gives a mast of several generations one line, and what is planned only where it is nearer', () => {
    const mast = (generation: string, id: string, distance_m: number, planned = false) =>
      thing({ kind: 'cell_site', generation, id, distance_m, planned });
    const shown = shownOf([
      mast('2G', 'a', 100),
      mast('3G', 'b', 200),
      mast('4G', 'b', 200),
      mast('2G', 'c', 300, true),
      mast('4G', 'c', 150, true),
      mast('5G', 'c', 900, true),
    ]);
    expect(shown.map((s) => [s.id, s.generations.join('/')])).toEqual([
      ['a', '2G'],
      ['b', '3G/4G'],
      ['c', '4G/5G'],
    ]);
  });

  it('credits each source once', () => {
    const things = [thing({}), thing({ kind: 'fibre_node' }), thing({ source: 'OSM' }), thing({})];
    expect(originsOf(things)).toEqual([
      'Fibre lines, fibre nodes: ITU, 30 Jun 2025 (MIT).',
      'Fibre lines: OSM, 30 Jun 2025 (MIT).',
    ]);
  });
});

describe('infrastructure on the map', () => {
  it('draws what was chosen, and points over lines over surfaces', () => {
    expect(infrastructureLayers(light, [])).toEqual([]);
    const layers = infrastructureLayers(light, ['fibre_node', 'fibre_line', 'coverage']);
    expect(layers.map((layer) => layer.id)).toEqual([
      'infrastructure-coverage',
      'infrastructure-coverage-planned',
      'infrastructure-fibre_line',
      'infrastructure-fibre_line-planned',
      'infrastructure-fibre_node',
    ]);
  });
});
