// Who is logged in.

import { getSession, logIn, logOut } from '../api/calls';
import { ApiError, messageOf } from '../api/client';
import type { Action, Session } from '../api/types';
import { recall, remember } from './remembered';

/** Most readers never log in: without this mark nobody asks the server who they are. */
const KEY = 'has-session';

class SessionState {
  user: Session | null = $state(null);
  /** Whether the server said who is logged in; most pages work without knowing. */
  known: 'no' | 'yes' | 'failed' = $state('no');
  error = $state('');

  /** What a page may offer; the server asks again whenever it is done. */
  may(action: Action): boolean {
    return this.user?.may.includes(action) ?? false;
  }

  async start() {
    if (recall(KEY) === 'yes') await this.ask();
    else this.known = 'yes';
  }

  async ask() {
    this.known = 'no';
    try {
      this.user = await getSession();
      this.known = 'yes';
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 401) {
        this.ended();
        return;
      }
      this.error = messageOf(cause);
      this.known = 'failed';
    }
  }

  get isAdministrator(): boolean {
    return this.user?.role === 'administrator';
  }

  async logIn(login: string, password: string) {
    this.user = await logIn(login, password);
    this.known = 'yes';
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
    this.known = 'yes';
    remember(KEY, 'no');
  }
}

export const session = new SessionState();
