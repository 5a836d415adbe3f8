// Sends a file and says how far it is. By XMLHttpRequest, since fetch does not tell what has been sent.

import { t } from '../text/en';
import { ApiError, errorFrom } from './client';

export interface Upload<T> {
  answer: Promise<T>;
  abort: () => void;
}

export function upload<T>(path: string, file: File, tell: (sent_bytes: number) => void): Upload<T> {
  const request = new XMLHttpRequest();
  const answer = new Promise<T>((resolve, reject) => {
    request.upload.addEventListener('progress', (event) => tell(event.loaded));
    request.addEventListener('load', () => {
      const { status, responseText } = request;
      const body = parsed(responseText);
      if (status < 200 || status >= 300) reject(errorFrom(status, body));
      else if (body === undefined) reject(new ApiError(0, 'broken_answer', t.errors.broken));
      else resolve(body as T);
    });
    request.addEventListener('error', () =>
      reject(new ApiError(0, 'no_answer', t.errors.uploadBroken)),
    );
    request.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
  request.open('POST', path);
  request.setRequestHeader('accept', 'application/json');
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.send(file);
  return { answer, abort: () => request.abort() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
