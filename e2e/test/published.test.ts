import { afterAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import type {
  AggregatedMinute,
  CriticalEntry,
  EnrichedEvent,
  LiveEvent,
} from '@px-platform/protocol';
import { createKafkaEventLog } from '@px-platform/store/kafka';
import { openRedisCounters, openRedisStreams } from '@px-platform/store/redis';
import { startPlatform, type Platform } from './platform.js';
import { until } from './px-dev.js';
import { startStream } from './steady-stream.js';

const platform = await startPlatform();
afterAll(() => platform?.stop());

const quiet = { info() {}, warn() {}, error() {} };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const SETTLED_MS = 120_000;

describe.skipIf(!platform)(
  'given two processors, of which one is killed under a steady stream',
  () => {
    it(
      'publishes totals that are those of what is stored, each purchase once, and the live page from both',
      { timeout: 300_000 },
      async () => {
        if (!platform) return;
        const { servers, collectors, processors, api, writeKey, eventStore } = platform;
        const log = createKafkaEventLog({
          brokers: [servers.kafka.url],
          clientId: 'reader',
          groupId: 'reader',
          log: quiet,
        });
        const cells = new Map<string, AggregatedMinute>();
        const versions = new Set<number>();
        await log.consume('events_aggregated', async (records) => {
          for (const { key, value } of records)
            if ((cells.get(key)?.revision ?? 0) < value.revision) cells.set(key, value);
        });
        const enriched = new Set<string>();
        await log.consume('events_enriched', async (records) => {
          for (const { value } of records as readonly { value: EnrichedEvent }[]) {
            enriched.add(value.event.event_id);
            versions.add(value.schema_version);
          }
        });
        const streams = await openRedisStreams({ url: servers.redis.url, log: quiet });
        const critical: CriticalEntry[] = [];
        await streams.subscribe<CriticalEntry>('events:critical', {}, ({ value }) =>
          critical.push(value),
        );
        const live = watchLive(platform);

        const stream = startStream(
          collectors.map(({ url }) => url),
          writeKey,
        );
        const purchases: string[] = [];
        const purchase = async () => {
          const id = uuidv7();
          const event = { event_id: id, event: 'purchase', user_id: `buyer-${id}` };
          const { ok } = await fetch(`${collectors[0]?.url}/v1/batch`, {
            method: 'POST',
            headers: { 'x-api-key': writeKey },
            body: JSON.stringify({
              events: [{ ...event, timestamp: Date.now(), properties: { amount: 5 } }],
            }),
          });
          if (ok) purchases.push(id);
        };
        for (let tick = 0; tick < 60; tick += 1) {
          await Promise.all([purchase(), sleep(150)]);
          if (tick === 15) await processors[0]?.kill();
          if (tick === 25) await processors[0]?.start();
          if (tick === 35) await api.kill();
          if (tick === 40) await api.start();
        }
        await stream.end();
        const sent = new Set([...stream.answered, ...purchases]);

        const stored = async () => {
          const [row] = await eventStore.query<{ rows: number }>({
            sql: 'SELECT count() AS rows FROM events FINAL',
            params: {},
          });
          return row?.rows ?? 0;
        };
        await until(async () => (await stored()) === sent.size, SETTLED_MS, 'everything is stored');
        const wholes = () =>
          [...cells.values()].filter(({ event, page }) => event === null && page === null);
        const total = () => wholes().reduce((sum, { count }) => sum + count, 0);
        await until(async () => total() === sent.size, SETTLED_MS, 'totals are those of the store');
        await sleep(5_000);
        expect(total()).toBe(sent.size);
        expect(wholes().reduce((sum, { conversions }) => sum + conversions, 0)).toBe(
          purchases.length,
        );
        const people = await eventStore.query<{ minute: number; people: number }>({
          sql: `SELECT toUnixTimestamp(toStartOfMinute(timestamp)) * 1000 AS minute, uniqExact(person) AS people
                FROM events FINAL GROUP BY minute ORDER BY minute`,
          params: {},
        });
        expect(
          wholes()
            .map((cell) => ({ minute: cell.minute, people: cell.people }))
            .sort((a, b) => a.minute - b.minute),
        ).toEqual(people);

        await until(
          async () => [...sent].every((id) => enriched.has(id)),
          SETTLED_MS,
          'everything is on events_enriched',
        );
        expect([...versions]).toEqual([1]);

        expect(critical.map(({ event_id }) => event_id).sort()).toEqual([...purchases].sort());
        expect(critical[0]).toMatchObject({ rule: 'payment', detail: { amount: 5 } });

        const counters = await openRedisCounters({ url: servers.redis.url, log: quiet });
        const [five] = await counters.read(['metrics:shop:events:5m']);
        expect(five).toBeGreaterThan(0);

        const { ids, events, connections } = await live.stop();
        expect(connections).toBe(2);
        expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
        const shown = new Set(events);
        const shownPurchases = purchases.filter((id) => shown.has(id));
        // The stream remembers the last five hundred entries: what came while the API was away may be more.
        expect(shownPurchases.length).toBeGreaterThan(purchases.length / 2);
        expect(shown.has(purchases.at(-1) ?? '')).toBe(true);

        await Promise.all([counters.close(), streams.close(), log.close()]);
      },
    );
  },
);

/** Reads the live page's feed as an EventSource does: after a cut it comes back and says what it saw last. */
function watchLive({ api, secretKey }: Platform) {
  const ids: number[] = [];
  const events: (string | null)[] = [];
  const over = new AbortController();
  let connections = 0;

  const connect = async () => {
    const last = ids.at(-1);
    const response = await fetch(`${api.url}/v1/live?project=shop`, {
      headers: {
        authorization: `Bearer ${secretKey}`,
        ...(last === undefined ? {} : { 'last-event-id': String(last) }),
      },
      signal: over.signal,
    });
    if (!response.ok || !response.body) throw new Error(`live: ${response.status}`);
    connections += 1;
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id, data] = /^id: (\d+)\nevent: live\ndata: (.*)$/.exec(block) ?? [];
        if (id === undefined || data === undefined) continue;
        ids.push(Number(id));
        events.push((JSON.parse(data) as LiveEvent).event_id);
      }
    }
  };
  const reading = (async () => {
    while (!over.signal.aborted) {
      await connect().catch(() => {});
      await sleep(200);
    }
  })();
  return {
    async stop() {
      over.abort();
      await reading;
      return { ids, events, connections };
    },
  };
}
