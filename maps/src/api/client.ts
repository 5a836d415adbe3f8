// Asks the server and turns every way to fail into one kind of error with words for people.

import { t } from '../text/en';

const DEADLINE_MS = 30_000;

/** `status` is 0 when no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly requestId: string | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get retryable(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

interface ErrorBody {
  error?: { code?: string; message?: string; field?: string; request_id?: string };
}

async function errorOf(response: Response): Promise<ApiError> {
  return errorFrom(response.status, await response.json().catch(() => ({})));
}

/** The error that an answer's body tells of, as far as it can be read. */
export function errorFrom(status: number, body: unknown): ApiError {
  const { code, message, field, request_id } = (body as ErrorBody | undefined)?.error ?? {};
  return new ApiError(
    status,
    code ?? 'no_details',
    message ?? t.errors.noDetails(status),
    field ?? null,
    request_id ?? null,
  );
}

export async function ask<T>(
  path: string,
  options: { method?: string; body?: unknown; signal?: AbortSignal; deadline_ms?: number } = {},
): Promise<T> {
  const deadline = AbortSignal.timeout(options.deadline_ms ?? DEADLINE_MS);
  const { signal } = options;
  const init: RequestInit = {
    method: options.method ?? 'GET',
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  };
  if (options.body !== undefined) {
    init.headers = { accept: 'application/json', 'content-type': 'application/json' };
    init.body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const late = deadline.aborted;
    throw new ApiError(0, late ? 'deadline' : 'no_answer', late ? t.errors.late : t.errors.offline);
  }
  if (!response.ok) throw await errorOf(response);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    if (signal?.aborted) throw new DOMException('aborted', 'AbortError');
    throw new ApiError(0, 'broken_answer', t.errors.broken);
  }
}

/** True when the asker itself gave up, which is no failure to show. */
export function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError';
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : t.errors.broken;
}
