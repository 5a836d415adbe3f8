// Every finding that the server can make has words here, and no words stand for a finding that is gone.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findingWords } from '../src/text/findings';

const root = path.resolve(import.meta.dirname, '../../src');

function sources(folder: string, end: string): [name: string, text: string][] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end) && !/(^|[\\/])tests[\\/]/.test(name))
    .map((name) => {
      const text = readFileSync(path.join(root, folder, name), 'utf8');
      return [`${folder}/${name.replaceAll('\\', '/')}`, text.replace(/#\[cfg\(test\)\][^]*/, '')];
    });
}

const rust = [...sources('registry', '.rs'), ...sources('store/imports', '.rs')];

/** Up to the code: `Finding::warning(row.number, ` and the like. */
const CALL = /Finding::(?:error|warning|info)\(\s*(?:[^,()]|\([^()]*\))*,\s*/.source;

/** Where else codes stand: constructors of findings and of what becomes one. */
const PLACES = [
  CALL,
  /\bcode: /,
  /\bOUT_OF_RANGE: &str = /,
  /\bProblem::new\(\s*/,
  /\.warn\(\s*\w+,\s*/,
  /\babout\(\s*\w+,\s*/,
  /\bfinding\(/,
  // A code and its message, or one of two codes.
  /(?:=>|push\(|let \w+ =|^)\s*\(\s*/m,
  /\bis_some\(\) \{\s*/,
  /\} else \{\s*\(?/,
].map((place) => (typeof place === 'string' ? place : place.source));

/** Files that make findings of codes from elsewhere, all of which PLACES must find. */
const INDIRECT = [
  'registry/infrastructure/mod.rs',
  'registry/infrastructure/place.rs',
  'registry/lost_position.rs',
  'registry/population.rs',
  'registry/position.rs',
  'registry/school_name.rs',
  'registry/school_row.rs',
  'store/imports/nesting.rs',
  'store/imports/place.rs',
];

function codes(): Set<string> {
  const found = new Set<string>();
  const take = (text: string, pattern: RegExp) => {
    for (const match of text.matchAll(pattern)) if (match[1]) found.add(match[1]);
  };
  const makes = /Finding|Problem::new|struct Fault/;
  for (const [, text] of rust.filter(([, text]) => makes.test(text))) {
    take(text, new RegExp(`${CALL}"([a-z_]+)"`, 'g'));
    for (const place of PLACES) take(text, new RegExp(`(?:${place})"([a-z]+(?:_[a-z]+)+)"`, 'gm'));
  }
  for (const [, text] of sources('store/sql', '.sql')) {
    if (!text.includes('INSERT INTO import_finding')) continue;
    take(text, /(?:'(?:error|warning|info)'|THEN|ELSE)[\s,END]*'([a-z]+(?:_[a-z]+)+)'/g);
  }
  return found;
}

test('every finding has a title and a way to mend it, and no words are left over', () => {
  expect(Object.keys(findingWords).sort()).toEqual([...codes()].sort());
  for (const { title, mend } of Object.values(findingWords)) {
    expect(title).toMatch(/^[A-Z][^.]+$/);
    expect(mend).toMatch(/^[A-Z].+\.$/);
  }
});

test('it is known which files make findings of codes from elsewhere', () => {
  const indirect = rust
    .filter(([, text]) => new RegExp(`${CALL}[^"\\s]`).test(text))
    .map(([name]) => name);
  expect(indirect.sort()).toEqual(INDIRECT);
});
