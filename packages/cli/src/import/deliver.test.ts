import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EventResult } from '@px-platform/protocol';
import { UsageError } from '../config.js';
import { createDeliver } from './deliver.js';

type Reply = (events: readonly { n: number }[]) => Response | Error;

/** A collector that answers as it is told, one reply a request; the last one from then on. */
function setUp(...replies: readonly Reply[]) {
  const requests: { n: number }[][] = [];
  const bodies: Record<string, unknown>[] = [];
  const waits: number[] = [];
  let now = 0;
  const deliver = createDeliver({
    url: 'http://collector',
    key: 'pxs_k',
    sdk: { name: 'px-import-px', version: '1' },
    async fetch(_url, init) {
      const body = JSON.parse(gunzipSync(init?.body as Uint8Array).toString()) as {
        events: { n: number }[];
      };
      bodies.push(body);
      requests.push(body.events);
      const reply = replies[Math.min(requests.length, replies.length) - 1];
      const answer = reply?.(body.events) ?? ok();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async sleep(ms) {
      waits.push(ms);
      now += ms;
    },
    clock: () => now,
    signal: new AbortController().signal,
    onWait() {},
    patienceMs: 60_000,
  });
  return { deliver, requests, bodies, waits };
}

const texts = (count: number) => Array.from({ length: count }, (_, n) => JSON.stringify({ n }));
const json = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const ok = (...results: Partial<EventResult>[]) => json(200, { accepted: 0, results });

describe('given a batch', () => {
  it('says that its times are right as they are, so that none of them is moved', async () => {
    const { deliver, bodies } = setUp(() => ok());
    expect(await deliver(texts(3))).toEqual({ accepted: 3, dropped: [] });
    expect(bodies).toEqual([
      {
        skew_ms: 0,
        sdk: { name: 'px-import-px', version: '1' },
        events: [{ n: 0 }, { n: 1 }, { n: 2 }],
      },
    ]);
  });

  it('sends again only what is asked for again, after as long as is asked', async () => {
    const { deliver, requests, waits } = setUp(
      () =>
        json(
          200,
          {
            results: [
              { index: 1, status: 'drop', code: 'schema_violation', message: 'no' },
              { index: 2, status: 'retry', code: 'rate_limited' },
              { index: 3, status: 'retry', code: 'rate_limited' },
            ],
          },
          { 'retry-after': '7' },
        ),
      () => ok({ index: 1, status: 'drop', code: 'not_in_plan', message: 'nor this' }),
    );
    expect(await deliver(texts(4))).toEqual({
      accepted: 2,
      dropped: [
        { index: 1, code: 'schema_violation', message: 'no' },
        { index: 3, code: 'not_in_plan', message: 'nor this' },
      ],
    });
    expect(requests[1]).toEqual([{ n: 2 }, { n: 3 }]);
    expect(waits).toEqual([7_000]);
  });

  it('waits longer each time for a collector that is away, and goes on', async () => {
    const { deliver, requests, waits } = setUp(
      () => new Error('refused'),
      () => json(503, { code: 'unavailable' }),
      () => json(503, { code: 'unavailable' }, { 'retry-after': '1' }),
      () => ok(),
    );
    expect(await deliver(texts(2))).toMatchObject({ accepted: 2 });
    expect(requests).toHaveLength(4);
    expect(waits).toEqual([500, 1_000, 1_000]);
  });

  it('waits for a quota however long, and for a collector at fault as long as it was told', async () => {
    let refusals = 500;
    const limited = setUp(() =>
      refusals-- > 0 ? json(429, { code: 'rate_limited' }, { 'retry-after': '300' }) : ok(),
    );
    expect(await limited.deliver(texts(1))).toMatchObject({ accepted: 1 });
    const away = setUp(() => json(500, { code: 'internal' }));
    await expect(away.deliver(texts(1))).rejects.toThrow(
      /taken nothing for 60 s.*goes on from here/,
    );
  });

  it('stops at what sending again would not mend', async () => {
    for (const reply of [
      json(401, { code: 'unknown_key', message: 'revoked' }),
      json(403, { code: 'wrong_key_kind' }),
      new Response('<html>', { status: 200 }),
      new Response('', { status: 404 }),
    ]) {
      const { deliver, requests } = setUp(() => reply);
      await expect(deliver(texts(1))).rejects.toThrow(UsageError);
      expect(requests).toHaveLength(1);
    }
  });

  it('halves what is too large, down to the one event that is', async () => {
    const { deliver } = setUp((events) =>
      events.some(({ n }) => n === 5) ? json(413, { code: 'body_too_large' }) : ok(),
    );
    expect(await deliver(texts(8))).toMatchObject({
      accepted: 7,
      dropped: [{ index: 5, code: 'event_too_large' }],
    });
  });
});
