// What a speed test's numbers are. Pure.

/** The record of a finished test, in the shape of a probe's (probe/wire/PROTOCOL.md, 3.2). */
export interface BrowserTest {
  outcome: 'ok';
  protocol: 'ndt7';
  server: string;
  measurement_id: string;
  download_mbps: number;
  upload_mbps: number;
  rtt_min_ms: number | null;
  bytes_down: number;
  bytes_up: number;
  download_duration_ms: number;
  upload_duration_ms: number;
}

/** What a direction came to. */
export interface Transfer {
  mbps: number;
  bytes: number;
  duration_ms: number;
  rtt_min_ms: number | null;
}

/** What a server says in a measurement, as far as it is read here. */
export interface ServerMeasurement {
  AppInfo?: { ElapsedTime?: number; NumBytes?: number };
  TCPInfo?: { ElapsedTime?: number; BytesReceived?: number; MinRTT?: number };
}

const FIRST_MESSAGE = 1 << 13;
const LAST_MESSAGE = 1 << 20;

/** The size of the next message: doubled while it is at most a sixteenth of what has moved. */
export function nextMessage(size: number, moved: number): number {
  return size < LAST_MESSAGE && size <= moved / 16 ? size * 2 : size;
}

export const firstMessage = FIRST_MESSAGE;
export const lastMessage = LAST_MESSAGE;

/** Megabits per second of so many bytes in so many milliseconds; `null` if it took no time. */
export function mbpsOf(bytes: number, ms: number): number | null {
  return ms > 0 ? (bytes * 8) / 1000 / ms : null;
}

/** What the server has received, by its kernel, else by its application. */
export function received(said: ServerMeasurement): { bytes: number; ms: number } | null {
  const tcp = said.TCPInfo;
  if (tcp?.BytesReceived && tcp.ElapsedTime) {
    return { bytes: tcp.BytesReceived, ms: tcp.ElapsedTime / 1000 };
  }
  const app = said.AppInfo;
  return app?.NumBytes && app.ElapsedTime
    ? { bytes: app.NumBytes, ms: app.ElapsedTime / 1000 }
    : null;
}

export function readMeasurement(text: string): ServerMeasurement | null {
  try {
    const said: unknown = JSON.parse(text);
    return said && typeof said === 'object' ? said : null;
  } catch {
    return null;
  }
}

/** Host and port of a WebSocket's URL, the scheme's own port if none is said. */
export function hostPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'wss:' ? '443' : '80')}`;
}

export function record(
  server: string,
  measurement_id: string,
  download: Transfer,
  upload: Transfer,
): BrowserTest {
  const rtts = [download.rtt_min_ms, upload.rtt_min_ms].filter((rtt) => rtt !== null);
  return {
    outcome: 'ok',
    protocol: 'ndt7',
    server,
    measurement_id,
    download_mbps: download.mbps,
    upload_mbps: upload.mbps,
    rtt_min_ms: rtts.length > 0 ? Math.min(...rtts) : null,
    bytes_down: download.bytes,
    bytes_up: upload.bytes,
    download_duration_ms: Math.round(download.duration_ms),
    upload_duration_ms: Math.round(upload.duration_ms),
  };
}

/** A random UUID (version 4) also on pages without https, where the browser gives none. */
export function randomUuid(random: (bytes: Uint8Array) => void): string {
  const bytes = new Uint8Array(16);
  random(bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20].reduceRight((id, at) => `${id.slice(0, at)}-${id.slice(at)}`, hex);
}
