// Which page is open. The address bar is the only truth; this file reads and writes it.

import { parseRoute, type Route } from './route';

class Router {
  route: Route = $state({ page: 'missing' });
  /** Path and query, for coming back after a login. */
  here = $state('/');

  start() {
    this.#read();
    window.addEventListener('popstate', () => this.#read());
    document.addEventListener('click', (event) => this.#follow(event));
  }

  go(path: string, { replace = false } = {}) {
    if (path === this.here) return;
    if (replace) history.replaceState(null, '', path);
    else history.pushState(null, '', path);
    this.#read();
  }

  #read() {
    this.route = parseRoute(location.pathname, location.search);
    this.here = location.pathname + location.search;
  }

  /** Follows plain links inside the app without loading the page again. */
  #follow(event: MouseEvent) {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) {
      return;
    }
    if (link.getAttribute('href')?.startsWith('#')) return;
    if (parseRoute(link.pathname, link.search).page === 'missing') return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
