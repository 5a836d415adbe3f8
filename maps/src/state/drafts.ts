// What somebody typed at a school where there is no line: kept on the device until the server has it.

import { recall, remember } from './remembered';

export interface Draft {
  name: string;
  latitude: string;
  longitude: string;
  /** Of the receiver, metres; `null` if the position was not measured. */
  accuracy_m: number | null;
  note: string;
  /** Whether it was sent off, and only the answer is missing. */
  unsent: boolean;
}

const key = (school: string) => `draft.correction.${school}`;

export function recallDraft(school: string): Draft | null {
  const text = recall(key(school));
  if (!text) return null;
  try {
    const draft = JSON.parse(text) as Draft;
    return typeof draft.name === 'string' && typeof draft.latitude === 'string' ? draft : null;
  } catch {
    return null;
  }
}

export function rememberDraft(school: string, draft: Draft | null) {
  remember(key(school), draft ? JSON.stringify(draft) : '');
}
