// The name of an area in the reader's language, where its file has one. Pure.

export interface Named {
  name: string;
  /** By language tag; a server of an older version sends none. */
  names?: Record<string, string>;
}

/** Of the languages only the first counts: a name in the third is no better than the local one. */
export function areaName(
  area: Named,
  languages: readonly string[] = globalThis.navigator?.languages ?? [],
): string {
  const first = languages[0];
  if (!first || !area.names) return area.name;
  const language = first.split('-')[0]?.toLowerCase() ?? first;
  return area.names[first] ?? area.names[language] ?? area.name;
}
