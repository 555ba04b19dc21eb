import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClient } from './client.js';
import { parseOptions } from './options.js';
import {
  acceptAll,
  fakePlatform,
  fakeSibling,
  jsonResponse,
  type Script,
} from './testing/index.js';

const answers: Record<string, Script> = {
  yes: acceptAll,
  outage: () => jsonResponse(503, { code: 'unavailable', message: '…' }, { 'retry-after': '2' }),
  silence: () => jsonResponse(0, null),
  portal: () => ({ status: 200, header: () => null, body: '<html>' }),
  refused: () => jsonResponse(401, { code: 'unknown_key', message: '…' }),
  unreadable: () => jsonResponse(400, { code: 'malformed_json', message: '…' }),
  large: (request, batch) =>
    batch.events.length > 2 ? jsonResponse(413, '') : acceptAll(request, batch),
  picky: (_, batch) =>
    jsonResponse(200, {
      accepted: 0,
      received_at: 0,
      skew_ms: 0,
      results: batch.events.map(({ event_id, seq }, index) => ({
        event_id,
        index,
        status: (['ok', 'retry', 'drop'] as const)[(seq ?? 0) % 3],
        code: 'log_unavailable',
      })),
    }),
};

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('track' as const),
      tab: fc.nat(1),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.integer({ min: 0, max: 20_000 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      name: fc.constantFrom(...Object.keys(answers)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('hide' as const, 'show' as const, 'flush' as const),
      tab: fc.nat(1),
    }),
  },
);

describe('given two tabs, and a collector that answers anything', () => {
  it('keeps books that balance at every step, and in the end has delivered or counted every event', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const a = fakePlatform();
        const b = fakeSibling(a);
        const platforms = [a, b];
        const { options } = parseOptions(
          { apiKey: 'k', projectId: 'p', maxQueueEvents: 40 },
          { endpoint: '/px' },
        );
        const clients = platforms.map((platform) => createClient({ platform, options: options! }));
        const arrived = new Set<string>();
        const set = (script: Script) => {
          for (const platform of platforms) {
            platform.transport.answer(async (request, batch) => {
              const response = await script(request, batch);
              const body =
                response.status === 200 && response.body !== '<html>'
                  ? (JSON.parse(response.body) as {
                      results: { event_id: string; status: string }[];
                    })
                  : null;
              const bad = new Set(
                body?.results
                  .filter(({ status }) => status !== 'ok')
                  .map(({ event_id }) => event_id),
              );
              if (body)
                for (const { event_id } of batch.events)
                  if (!bad.has(event_id)) arrived.add(event_id);
              return response;
            });
          }
        };
        set(acceptAll);
        let tracked = 0;
        for (const step of steps) {
          if (step.kind === 'wait') await a.clock.advance(step.ms);
          else if (step.kind === 'answer') set(answers[step.name]!);
          else if (step.kind === 'track') {
            tracked += step.count;
            for (let index = 0; index < step.count; index++)
              clients[step.tab]!.track('x', { index });
          } else if (step.kind === 'flush') void clients[step.tab]!.flush();
          else platforms[step.tab]![step.kind]();
          for (const client of clients) {
            const { accepted, delivered, pending, dropped } = client.stats();
            const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
            expect(accepted).toBe(delivered + pending + lost);
          }
        }
        set(acceptAll);
        await a.clock.advance(1_000_000);
        for (const client of clients) await client.flush();
        await a.clock.advance(20_000);
        for (const client of clients) await client.flush();
        const total = clients.map((client) => client.stats());
        const sum = (pick: (stats: (typeof total)[number]) => number) =>
          total.reduce((all, stats) => all + pick(stats), 0);
        const lost = sum(({ dropped }) =>
          Object.values(dropped).reduce((all, count) => all + count, 0),
        );
        expect(sum(({ pending }) => pending)).toBe(0);
        expect(arrived.size + lost).toBeGreaterThanOrEqual(tracked);
        expect(await a.queueStorage.count()).toBe(0);
      }),
      { numRuns: 80 },
    );
  });
});
