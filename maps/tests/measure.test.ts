import { describe, expect, it } from 'vitest';

import {
  hostPort,
  mbpsOf,
  nextMessage,
  randomUuid,
  readMeasurement,
  received,
  record,
} from '../src/measure/counts';

describe('a speed test in the browser', () => {
  it('doubles its messages while they are a small part of what has moved', () => {
    expect(nextMessage(8192, 8192 * 15)).toBe(8192);
    expect(nextMessage(8192, 8192 * 16)).toBe(16384);
    expect(nextMessage(1 << 20, Number.MAX_SAFE_INTEGER)).toBe(1 << 20);
  });

  it('has no rate in no time', () => {
    expect(mbpsOf(1_250_000, 1000)).toBe(10);
    expect(mbpsOf(1, 0)).toBeNull();
  });

  it('takes the count of the server’s kernel before that of its application', () => {
    const app = { AppInfo: { ElapsedTime: 2_000_000, NumBytes: 5 } };
    expect(received(app)).toEqual({ bytes: 5, ms: 2000 });
    const both = { ...app, TCPInfo: { ElapsedTime: 1_000_000, BytesReceived: 7 } };
    expect(received(both)).toEqual({ bytes: 7, ms: 1000 });
    expect(received({})).toBeNull();
  });

  it('passes over what is no measurement', () => {
    for (const text of ['', 'nonsense', '7', 'null']) expect(readMeasurement(text)).toBeNull();
  });

  it('names its server as the server names itself', () => {
    expect(hostPort('ws://a.example/ndt/v7/download?x=1')).toBe('a.example:80');
    expect(hostPort('wss://a.example/x')).toBe('a.example:443');
    expect(hostPort('ws://[2001:db8::1]:8081/x')).toBe('[2001:db8::1]:8081');
  });

  it('is a record with the smaller round trip', () => {
    const way = { mbps: 8, bytes: 1e6, duration_ms: 1000.4, rtt_min_ms: 30 };
    const test = record('a:1', 'id', way, { ...way, rtt_min_ms: 20 });
    expect(test.rtt_min_ms).toBe(20);
    expect(test.download_duration_ms).toBe(1000);
    const unknown = { ...way, rtt_min_ms: null };
    expect(record('a:1', 'id', unknown, unknown).rtt_min_ms).toBeNull();
  });

  it('has an id of its own', () => {
    const id = randomUuid((bytes) => bytes.fill(255));
    expect(id).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });
});
