// Kinds of findings and repairs in words, the gravest first. Pure.

import { SEVERITIES, type FindingKind } from '../api/importTypes';
import { findingWords, type FindingWords } from '../text/findings';
import { w } from '../text/imports';
import { asSentence, inWords } from '../words/slug';

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A code that is new to this page is told by its name and the server's own message. */
export function wordsOf(code: string, message?: string | null): FindingWords {
  return (
    findingWords[code] ?? { title: capital(inWords({}, code)), mend: asSentence(message ?? '') }
  );
}

export function ordered(kinds: FindingKind[]): FindingKind[] {
  const grave = (kind: FindingKind) => SEVERITIES.indexOf(kind.severity);
  return [...kinds].sort((a, b) => grave(a) - grave(b) || b.count - a.count);
}

export function repairWords(kind: string): { title: string; says: string } {
  return w.repairs.kind[kind] ?? { title: capital(inWords({}, kind)), says: w.repairs.unknown };
}
