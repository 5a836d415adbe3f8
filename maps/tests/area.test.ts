import { describe, expect, it } from 'vitest';
import { areaName } from '../src/words/area';

const east = { name: 'Est', names: { ar: 'شرق', sw: 'Mashariki', 'sr-Latn': 'Istok' } };

describe('the name of an area', () => {
  it('is in the first language of the reader, where there is one', () => {
    expect(areaName(east, ['sw-KE', 'en'])).toBe('Mashariki');
    expect(areaName(east, ['ar'])).toBe('شرق');
    expect(areaName(east, ['sr-Latn'])).toBe('Istok');
  });

  it('is the local one otherwise, not one in another foreign language', () => {
    expect(areaName(east, ['en-GB', 'ar'])).toBe('Est');
    expect(areaName(east, [])).toBe('Est');
    expect(areaName({ name: 'Est' }, ['sw'])).toBe('Est');
  });
});
