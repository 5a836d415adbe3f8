// A list that comes page by page. Pure.

export interface Paged<T> {
  items: T[];
  total: number;
  /** Where the next page begins; `null` at the end. */
  next: string | null;
}

export function firstPage<T>(items: T[], total: number, next: string | null): Paged<T> {
  // A list is never shorter than what is seen of it, whatever was counted.
  return { items, total: Math.max(total, items.length), next };
}

/** With the next page at its end. What came twice, since the list moved meanwhile, is shown once. */
export function withPage<T>(
  paged: Paged<T>,
  page: Paged<T>,
  key: (item: T) => string | null,
): Paged<T> {
  const seen = new Set(paged.items.map(key));
  const fresh = page.items.filter((item) => {
    const of = key(item);
    return of === null || !seen.has(of);
  });
  return firstPage([...paged.items, ...fresh], page.total, page.next);
}
