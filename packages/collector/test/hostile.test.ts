import { once } from 'node:events';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import express from 'express';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '@px-platform/test-services';
import { EVENT_CODES, REQUEST_CODES, type BatchResult } from '@px-platform/protocol';
import type { EventLog, KeyGrant } from '@px-platform/store';
import { createMemoryLimiter } from '@px-platform/store/memory';
import { createCollector } from '../src/collector.js';

const GRANT: KeyGrant = {
  kind: 'write',
  tenant_id: 't',
  project_id: 'shop',
  origins: [],
  environment: 'production',
  flags_mode: 'rules',
  tier: 'enterprise',
  events_per_hour: null,
};
const quiet = { info() {}, warn() {}, error() {} };
const STATUSES = new Set<number>([200, ...Object.values(REQUEST_CODES)]);

let url: string;
let port: number;
let stored = 0;
let buried = 0;
let close: () => Promise<void>;

beforeAll(async () => {
  const append: EventLog['append'] = async (topic, records) => {
    // What is appended must be what can be written down.
    JSON.stringify(records);
    if (topic === 'events_raw') stored += records.length;
    else buried += records.length;
  };
  const app = express();
  app.use(
    createCollector({
      catalog: { findKey: async (key) => (key === 'pxw_key' ? GRANT : null) },
      eventLog: { append, isReady: () => true },
      limiter: createMemoryLimiter(),
      log: quiet,
    }),
  );
  const server = await serve(app);
  ({ port, close } = server);
  url = `${server.url}/v1/batch`;
});
afterAll(() => close());

/** Sends it, and holds the answer to what every answer must be. */
async function send(body: Buffer | string, headers: Record<string, string> = {}) {
  const before = { stored, buried };
  const response = await fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'x-api-key': 'pxw_key', ...headers },
  });
  const text = await response.text();
  expect(STATUSES).toContain(response.status);
  const answer = JSON.parse(text) as BatchResult & { code?: string; message?: string };
  if (response.status === 200) {
    const dropped = answer.results.filter(({ status }) => status === 'drop');
    expect(stored - before.stored).toBe(answer.accepted);
    expect(buried - before.buried).toBe(dropped.length);
    for (const { code, message } of answer.results) {
      expect(EVENT_CODES).toContain(code);
      expect(message).toBeTruthy();
    }
  } else {
    expect(Object.keys(REQUEST_CODES)).toContain(answer.code);
    expect(answer.message).toBeTruthy();
    expect({ stored, buried }).toEqual(before);
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  return { status: response.status, answer };
}

const validEvent = fc.record({
  event: fc.string({ minLength: 1, maxLength: 30 }),
  anonymous_id: fc.uuid(),
  event_id: fc.uuid({ version: 7 }),
  timestamp: fc.integer({ min: 1_700_000_000_000, max: 1_795_000_000_000 }),
  properties: fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue(), { maxKeys: 5 }),
});
const hostileKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  '\u0000',
  'a.b',
  '$set',
  '$geo',
  '\ud800',
);
const hostileValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(1e308, -0, 2 ** 60, '\ud800', '\u0000', 'x'.repeat(70_000)),
  fc.dictionary(hostileKey, fc.jsonValue()),
);
const hostileEvent = fc.oneof(
  hostileValue,
  fc.dictionary(
    fc.oneof(
      hostileKey,
      fc.constantFrom(
        'event',
        'event_id',
        'user_id',
        'anonymous_id',
        'timestamp',
        'properties',
        'context',
        'seq',
        'session_id',
      ),
    ),
    hostileValue,
  ),
);

const encodings = {
  identity: (body: Buffer) => body,
  gzip: (body: Buffer) => gzipSync(body),
  deflate: (body: Buffer) => deflateSync(body),
  br: (body: Buffer) => brotliCompressSync(body),
} as const;
const encoding = fc.constantFrom(...(Object.keys(encodings) as (keyof typeof encodings)[]));

describe('given whatever strangers send', () => {
  it('judges events of any form one by one, and stores what it says it stored', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(validEvent, hostileEvent), { minLength: 1, maxLength: 8 }),
        encoding,
        async (events, name) => {
          const body = encodings[name](Buffer.from(JSON.stringify({ events })));
          const { status, answer } = await send(body, { 'content-encoding': name });
          expect(status).toBe(200);
          expect(answer.accepted + answer.results.length).toBe(events.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('answers bodies that were changed on their way, before or after they were packed', async () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.nat(3) });
    const damage = (body: Buffer, changes: readonly { at: number; byte: number; cut: number }[]) =>
      changes.reduce((damaged, { at, byte, cut }) => {
        const place = damaged.length === 0 ? 0 : at % damaged.length;
        return Buffer.concat([
          damaged.subarray(0, place),
          Buffer.from([byte]),
          damaged.subarray(place + cut),
        ]);
      }, body);
    const changes = fc.array(change, { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(validEvent, { minLength: 1, maxLength: 3 }),
        encoding,
        changes,
        changes,
        async (events, name, inside, outside) => {
          const plain = damage(Buffer.from(JSON.stringify({ events })), inside);
          await send(damage(encodings[name](plain), outside), { 'content-encoding': name });
        },
      ),
      { numRuns: 400 },
    );
  });

  it('answers any envelope and any words in the address', async () => {
    const word = fc.string({ unit: 'binary-ascii', maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        hostileEvent,
        fc.dictionary(word, word, { maxKeys: 4 }),
        async (body, query) => {
          const search = Object.entries(query).map((pair) =>
            pair.map(encodeURIComponent).join('='),
          );
          const response = await fetch(`${url}?${search.join('&')}&%E0%A4%A`, {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { 'x-api-key': 'pxw_key' },
          });
          expect(STATUSES).toContain(response.status);
          expect(response.status).toBeLessThan(500);
          await response.json();
        },
      ),
      { numRuns: 200 },
    );
  });

  const bomb = (pack: (body: Buffer) => Buffer) => pack(Buffer.alloc(64 * 1024 * 1024, 32));
  it.each([
    ['a gzip bomb', () => bomb(gzipSync), 'gzip', 413],
    ['a deflate bomb', () => bomb(deflateSync), 'deflate', 413],
    ['a brotli bomb', () => bomb(brotliCompressSync), 'br', 413],
    ['gzip within gzip', () => gzipSync(gzipSync('{}')), 'gzip', 400],
    [
      'a list a hundred thousand deep',
      () => Buffer.from(`{"events":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`),
      'identity',
      200,
    ],
    [
      'an object ten thousand deep',
      () =>
        Buffer.from(
          `{"events":[{"event":"a","user_id":"u","properties":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}]}`,
        ),
      'identity',
      200,
    ],
    [
      'a hundred thousand events',
      () => Buffer.from(`{"events":[${Array(100_000).fill('1').join()}]}`),
      'identity',
      413,
    ],
    [
      'an event of ten thousand keys',
      () =>
        Buffer.from(
          JSON.stringify({
            events: [
              {
                event: 'a',
                user_id: 'u',
                properties: Object.fromEntries(
                  Array.from({ length: 10_000 }, (_, index) => [`k${index}`, index]),
                ),
              },
            ],
          }),
        ),
      'identity',
      200,
    ],
    [
      'a number of a million digits',
      () =>
        Buffer.from(
          `{"events":[{"event":"a","user_id":"u","timestamp":${'9'.repeat(1_000_000)}}]}`,
        ),
      'identity',
      200,
    ],
    ['bytes that are no text', () => Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0x7d]), 'identity', 400],
    [
      'keys twice',
      () => Buffer.from('{"events":[1],"events":[{"event":"a","event":"b","user_id":"u"}]}'),
      'identity',
      200,
    ],
    [
      'a prototype',
      () =>
        Buffer.from(
          '{"__proto__":{"polluted":1},"events":[{"__proto__":{"polluted":1},"event":"a","user_id":"u","properties":{"constructor":{"prototype":{"polluted":1}}}}]}',
        ),
      'identity',
      200,
    ],
  ])('answers %s', async (_, make, name, expected) => {
    const { status } = await send(make(), { 'content-encoding': name });
    expect(status).toBe(expected);
  });

  it.each([
    [
      'a length that is a lie',
      'POST /v1/batch HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n{}',
    ],
    [
      'two ways of telling the length',
      'POST /v1/batch HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'a chunk of no size',
      'POST /v1/batch HTTP/1.1\r\nHost: a\r\nx-api-key: pxw_key\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
    ['too many headers', `POST /v1/batch HTTP/1.1\r\nHost: a\r\n${'x-y: z\r\n'.repeat(5_000)}\r\n`],
    ['no HTTP at all', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
  ])('refuses %s, and serves the next', async (_, text) => {
    const said = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
      socket.on('error', () => {});
      socket.on('close', () => resolve(answer));
      setTimeout(() => socket.end(), 1_000).unref();
    });
    expect(said).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
    const { status } = await send(JSON.stringify({ events: [{ event: 'a', user_id: 'u' }] }));
    expect(status).toBe(200);
  });

  describe('given a sender that goes on writing after it was refused', () => {
    const PIECE = 64 * 1_024;
    /** Writes so many pieces of a body on one connection, then a good request; the status lines that came back, in order. */
    async function pound(pieces: number, key: string, headers: string) {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
      const ended = new Promise<string>((resolve) => {
        socket.on('error', ({ message }) => (answer += `\n${message}`));
        socket.on('close', () => resolve(answer));
      });
      const isChunked = headers.includes('chunked');
      socket.write(`POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\n${headers}\r\n\r\n`);
      for (let piece = 0; piece < pieces && !socket.destroyed; piece += 1) {
        const body = 'x'.repeat(PIECE);
        const isRoom = socket.write(
          isChunked ? `${PIECE.toString(16)}\r\n${body}\r\n` : body,
          'latin1',
        );
        await (isRoom ? new Promise(setImmediate) : Promise.race([once(socket, 'drain'), ended]));
      }
      if (!socket.destroyed) {
        const good = '{"events":[{"event":"after","user_id":"u"}]}';
        socket.end(
          `${isChunked ? '0\r\n\r\n' : ''}POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: pxw_key\r\nContent-Length: ${good.length}\r\n\r\n${good}`,
        );
      }
      return { said: await ended, written: socket.bytesWritten };
    }
    const statuses = (said: string) => said.match(/(?<=HTTP\/1\.1 )\d\d\d|ECONNRESET/g);

    it.each([
      ['a body announced too large', 'pxw_key', `Content-Length: ${48 * PIECE}`, '413'],
      ['a body that grows too large', 'pxw_key', 'Transfer-Encoding: chunked', '413'],
      ['a key that opens nothing', 'pxw_no', `Content-Length: ${48 * PIECE}`, '401'],
    ])(
      'answers %s and keeps the connection, that no proxy takes it for down',
      async (_, key, headers, status) => {
        const { said } = await pound(48, key, headers);
        expect(statuses(said)).toEqual([status, '200']);
      },
    );

    it('has enough of it some time', async () => {
      const { written } = await pound(4_096, 'pxw_key', 'Transfer-Encoding: chunked');
      expect(written).toBeLessThan(64 * 2 ** 20);
    });
  });

  it('keeps nothing of two thousand of them', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const large = gzipSync(JSON.stringify({ events: [{ event: 'a', blob: 'x'.repeat(500_000) }] }));
    const flood = async () => {
      for (let round = 0; round < 100; round += 1) {
        await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            fetch(url, {
              method: 'POST',
              body: index % 2 ? new Uint8Array(large) : `{"events":[${'['.repeat(5_000)}`,
              headers: {
                'x-api-key': index % 3 ? 'pxw_key' : `pxw_${round}_${index}_${'x'.repeat(150)}`,
                'content-encoding': index % 2 ? 'gzip' : 'identity',
              },
            }).then((response) => response.arrayBuffer()),
          ),
        );
      }
      gc();
      return process.memoryUsage().heapUsed;
    };
    const first = await flood();
    const second = await flood();
    // The key cache remembers strangers' keys, ten thousand at most.
    expect((second - first) / 1_024 / 1_024).toBeLessThan(8);
  });
});
