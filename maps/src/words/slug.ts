// A stable name of the server in words. Pure.

/** A name that is new to this page is still better read than hidden. */
export function inWords(words: Record<string, string>, slug: string): string {
  return words[slug] ?? slug.replaceAll('_', ' ').replace(/[.\s]+$/, '');
}

/** A message of the server, which begins small and ends without a stop, as a sentence. */
export function asSentence(message: string): string {
  const text = message.trim();
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) || whole === '' ? whole : `${whole}.`;
}
