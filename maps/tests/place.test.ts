import { describe, expect, it } from 'vitest';
import { changeInWords, fieldName, valueInWords } from '../src/words/change';
import { coordinates, degrees, distanceM, metres, pastedPair } from '../src/words/place';

describe('a position', () => {
  it('is as far from another as on the globe', () => {
    const nairobi = { latitude: -1.28642, longitude: 36.81722 };
    expect(distanceM(nairobi, nairobi)).toBe(0);
    // A degree of latitude.
    const north = { ...nairobi, latitude: nairobi.latitude + 1 };
    expect(distanceM(nairobi, north)).toBeCloseTo(111_195, -1);
    // Over the antimeridian.
    const [east, west] = [179.99, -179.99].map((longitude) => ({ latitude: 0.5, longitude }));
    expect(distanceM(east!, west!)).toBeLessThan(2_300);
  });

  it('is typed with a point or a comma, and nonsense is none', () => {
    expect(degrees(' -1.5 ', 90)).toBe(-1.5);
    expect(degrees('36,8', 180)).toBe(36.8);
    for (const bad of ['', ' ', 'x', '91', '1.5.2', 'Infinity'])
      expect(degrees(bad, 90)).toBeNull();
  });

  it('is pasted in one piece, latitude first', () => {
    expect(pastedPair('-1.28642, 36.81722')).toEqual(['-1.28642', '36.81722']);
    expect(pastedPair('1.5 36.8')).toEqual(['1.5', '36.8']);
    expect(pastedPair('36.8')).toBeNull();
  });

  it('is shown to the metre', () => {
    expect(coordinates({ latitude: -1.286421, longitude: 36.8 })).toBe('-1.28642, 36.80000');
    expect(metres(12.4)).toBe('12\u202fm');
    expect(metres(1234)).toBe('1.23\u202fkm');
  });
});

describe('a change', () => {
  it('is told in words, also of what this page does not know', () => {
    expect(fieldName('location')).toBe('Position');
    expect(fieldName('attributes.roof_type')).toBe('roof type');
    expect(valueInWords('name', null)).toBe('nothing');
    expect(valueInWords('location', { longitude: 36.8, latitude: -1.3 })).toBe(
      '-1.30000, 36.80000',
    );
    expect(valueInWords('merged_from', { id: 'x', name: 'Oak' })).toBe('Oak');
    const merged = { field: 'merged_from', old: null, new: { name: 'Oak' } };
    expect(changeInWords(merged)).toBe('Merged from: Oak');
    expect(changeInWords({ field: 'name', old: 'Oak', new: 'Elm' })).toBe('Name: Oak → Elm');
    expect(valueInWords('x', { a: 1 })).toBe('{"a":1}');
  });
});
