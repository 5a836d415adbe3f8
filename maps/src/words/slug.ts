// A stable name of the server in words. Pure.

/** A name that is new to this page is still better read than hidden. */
export function inWords(words: Record<string, string>, slug: string): string {
  return words[slug] ?? slug.replaceAll('_', ' ').replace(/[.\s]+$/, '');
}
