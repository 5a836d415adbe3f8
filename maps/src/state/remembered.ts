// Small choices that outlive the page. A browser that forbids storage just forgets them.

const PREFIX = 'schoolbeat.';

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Nothing to do: the choice lasts until the page is closed.
  }
}
