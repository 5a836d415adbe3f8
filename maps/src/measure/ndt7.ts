// One speed test by ndt7 (M-Lab, version 0.11) in the browser: download, then upload, each on a
// connection of its own. It does not decide for which school, nor what becomes of the result.

import {
  firstMessage,
  hostPort,
  lastMessage,
  mbpsOf,
  nextMessage,
  randomUuid,
  readMeasurement,
  received,
  record,
  type BrowserTest,
  type Transfer,
} from './counts';

const SUBPROTOCOL = 'net.measurementlab.ndt.v7';
/** How long a connection may take to open, and a direction beyond its ten seconds. */
const OPEN_MS = 10_000;
const LONGEST_MS = 14_000;
const TELL_EVERY_MS = 200;
/** What may wait in the browser, in messages: enough to keep a fast line busy. */
const QUEUED_MESSAGES = 7;

export type Direction = 'download' | 'upload';

export type MeasureFailure = 'no_server' | 'busy_or_blocked' | 'broke' | 'nothing' | 'stopped';

/** Why there is no result. */
export class MeasureError extends Error {
  constructor(
    readonly failure: MeasureFailure,
    readonly direction: Direction | null,
  ) {
    super(failure);
    this.name = 'MeasureError';
  }
}

export interface Options {
  /** Most bytes of each direction. */
  bytes: number;
  signal: AbortSignal;
  /** Called some times a second with the rate so far, megabits per second. */
  onrate: (direction: Direction, mbps: number) => void;
}

interface Urls {
  download: string;
  upload: string;
}

/** Runs a whole test against the service's own measurement server. */
export async function measure(options: Options): Promise<BrowserTest> {
  const urls = await locate(options.signal);
  const id = randomUuid((bytes) => crypto.getRandomValues(bytes));
  const asked = (url: string) => {
    const asked = new URL(url);
    asked.searchParams.set('client_name', 'schoolbeat-browser');
    asked.searchParams.set('measurement_id', id);
    asked.searchParams.set('bytes', String(options.bytes));
    return asked.href;
  };
  const download = await run('download', asked(urls.download), options);
  const upload = await run('upload', asked(urls.upload), options);
  return record(hostPort(urls.download), id, download, upload);
}

async function locate(signal: AbortSignal): Promise<Urls> {
  const secure = location.protocol === 'https:';
  const scheme = secure ? 'wss' : 'ws';
  try {
    const response = await fetch('/v2/nearest/ndt/ndt7?own=true', { signal });
    const { results } = (await response.json()) as { results: { urls: Record<string, string> }[] };
    const urls = results[0]?.urls ?? {};
    const of = (direction: Direction) =>
      urls[`${scheme}:///ndt/v7/${direction}`] ?? urls[`wss:///ndt/v7/${direction}`];
    const [download, upload] = [of('download'), of('upload')];
    if (download && upload) return { download, upload };
  } catch {
    if (signal.aborted) throw new MeasureError('stopped', null);
  }
  throw new MeasureError('no_server', null);
}

/** One direction; the connection is closed whatever happens. */
async function run(direction: Direction, url: string, options: Options): Promise<Transfer> {
  const fail = (failure: MeasureFailure) => new MeasureError(failure, direction);
  if (options.signal.aborted) throw fail('stopped');
  const socket = new WebSocket(url, SUBPROTOCOL);
  try {
    await opened(socket, options.signal, fail);
    const transfer = direction === 'download' ? receive : send;
    const result = await transfer(socket, options);
    if (options.signal.aborted) throw fail('stopped');
    if (!result) throw fail('nothing');
    return result;
  } finally {
    socket.close();
  }
}

function opened(
  socket: WebSocket,
  signal: AbortSignal,
  fail: (failure: MeasureFailure) => MeasureError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(fail('busy_or_blocked')), OPEN_MS);
    signal.addEventListener('abort', () => reject(fail('stopped')), { once: true });
    socket.onopen = () => {
      clearTimeout(late);
      resolve();
    };
    // A browser does not say why: no free place (503), a proxy in between, no line.
    socket.onerror = () => {
      clearTimeout(late);
      reject(fail('busy_or_blocked'));
    };
  });
}

/** Ends when the connection does, when it is too late, or when it is told to. */
function ended(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, LONGEST_MS);
    const done = () => {
      clearTimeout(late);
      resolve();
    };
    socket.onclose = done;
    socket.onerror = done;
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Application bytes until the last of them, over the time that this took. */
async function receive(socket: WebSocket, { signal, onrate }: Options): Promise<Transfer | null> {
  const begun = performance.now();
  let [bytes, last, told, rtt]: [number, number, number, number | null] = [0, begun, begun, null];
  socket.onmessage = ({ data }: MessageEvent<Blob | string>) => {
    if (typeof data === 'string') {
      rtt = smaller(rtt, readMeasurement(data)?.TCPInfo?.MinRTT);
      return;
    }
    bytes += data.size;
    last = performance.now();
    const mbps = mbpsOf(bytes, last - begun);
    if (mbps !== null && last - told >= TELL_EVERY_MS) {
      told = last;
      onrate('download', mbps);
    }
  };
  await ended(socket, signal);
  const mbps = mbpsOf(bytes, last - begun);
  if (mbps === null || bytes === 0) return null;
  return { mbps, bytes, duration_ms: last - begun, rtt_min_ms: rtt };
}

/** The rate is the server's count over the server's time: what the browser took says little. */
async function send(socket: WebSocket, { bytes: cap, signal, onrate }: Options) {
  const begun = performance.now();
  const load = randomLoad();
  let [size, queued, rtt]: [number, number, number | null] = [firstMessage, 0, null];
  let counted: { bytes: number; ms: number } | null = null;
  socket.onmessage = ({ data }: MessageEvent<Blob | string>) => {
    if (typeof data !== 'string') return;
    const said = readMeasurement(data);
    rtt = smaller(rtt, said?.TCPInfo?.MinRTT);
    counted = (said && received(said)) ?? counted;
    const mbps = counted && mbpsOf(counted.bytes, counted.ms);
    if (mbps) onrate('upload', mbps);
  };
  const end = ended(socket, signal);
  const filling = setInterval(fill, 10);
  fill();
  await end;
  clearInterval(filling);
  const last = counted as { bytes: number; ms: number } | null;
  const mbps = last && mbpsOf(last.bytes, last.ms);
  if (!last || mbps === null) return null;
  const duration_ms = Math.max(performance.now() - begun, last.ms);
  // What the server received was sent, also if this browser counts it as waiting.
  const sent = Math.max(queued - socket.bufferedAmount, last.bytes);
  return { mbps, bytes: sent, duration_ms: Math.min(duration_ms, last.ms), rtt_min_ms: rtt };

  function fill() {
    while (
      socket.readyState === WebSocket.OPEN &&
      queued < cap &&
      socket.bufferedAmount < QUEUED_MESSAGES * size
    ) {
      size = nextMessage(size, queued - socket.bufferedAmount);
      const part = Math.min(size, cap - queued);
      socket.send(load.subarray(0, part));
      queued += part;
    }
  }
}

/** The smaller of a round trip in ms and another in µs. */
function smaller(ms: number | null, us: number | undefined): number | null {
  return us ? Math.min(ms ?? Infinity, us / 1000) : ms;
}

/** Bytes that nothing on the way can compress. The browser gives 64 KiB of them at once. */
function randomLoad(): Uint8Array<ArrayBuffer> {
  const load = new Uint8Array(lastMessage);
  for (let at = 0; at < load.length; at += 65_536) {
    crypto.getRandomValues(load.subarray(at, at + 65_536));
  }
  return load;
}
