// Who is logged in.

import { getSession, logIn, logOut } from '../api/calls';
import { ApiError } from '../api/client';
import type { Action, Session } from '../api/types';
import { recall, remember } from './remembered';

/** Most readers never log in: without this mark nobody asks the server who they are. */
const KEY = 'has-session';

class SessionState {
  user: Session | null = $state(null);

  /** What a page may offer; the server asks again whenever it is done. */
  may(action: Action): boolean {
    return this.user?.may.includes(action) ?? false;
  }

  async start() {
    if (recall(KEY) !== 'yes') return;
    try {
      this.user = await getSession();
    } catch (cause) {
      // The server may be away: the page works without a user.
      if (cause instanceof ApiError && cause.status === 401) this.ended();
    }
  }

  async logIn(login: string, password: string) {
    this.user = await logIn(login, password);
    remember(KEY, 'yes');
  }

  async logOut() {
    try {
      await logOut();
    } catch (cause) {
      if (!(cause instanceof ApiError && cause.status === 401)) throw cause;
    }
    this.ended();
  }

  ended() {
    this.user = null;
    remember(KEY, 'no');
  }
}

export const session = new SessionState();
