import answerVectors from '@px-platform/protocol/vectors/answers.json' with { type: 'json' };
import eventVectors from '@px-platform/protocol/vectors/events.json' with { type: 'json' };
import { LIMITS } from '@px-platform/protocol';
import { describe, expect, it } from 'vitest';
import { createClient } from './client.js';
import { parseOptions } from './options.js';
import { fakePlatform, jsonResponse } from './testing/index.js';
import { createManualClock } from './testing/manual-clock.js';

const options = parseOptions(
  { apiKey: 'px_write_key', projectId: 'shop' },
  { endpoint: '/px' },
).options!;

describe('given the golden events', () => {
  for (const vector of eventVectors.cases) {
    it(`makes the event of ${vector.title}`, async () => {
      const { given, call } = vector;
      const platform = fakePlatform({
        clock: createManualClock(given.now),
        context: () => given.context,
      });
      platform.storage.set('anonymous_id', given.anonymous_id);
      if (given.user_id !== null) platform.storage.set('user_id', given.user_id);
      platform.storage.set(
        'session',
        JSON.stringify({
          id: given.session_id,
          activeAt: given.now,
          age: 0,
          seq: given.seq,
        }),
      );
      const client = createClient({ platform, options, createId: () => given.event_id });
      if (call.method === 'identify') client.identify(call.user_id!, call.traits);
      else client.track(call.event!, call.properties);
      await client.flush();
      expect(platform.transport.batches()[0]?.events).toEqual([vector.event]);
    });
  }
});

describe('given the golden answers', () => {
  for (const vector of answerVectors.cases) {
    it(`does what is right: ${vector.title}`, async () => {
      const platform = fakePlatform();
      const ids = ['a', 'b', 'c'];
      const client = createClient({
        platform,
        options,
        createId: (
          (queue) => () =>
            queue.shift() ?? 'later'
        )(['anon', 'session', 'a', 'b', 'c']),
      });
      for (const id of ids) client.track(`event ${id}`);
      const sent = platform.clock.elapsed();
      // One request: the answer to a second one would be about other events.
      platform.transport.answer(
        ((answered) => () => {
          if (answered) return jsonResponse(0, null);
          answered = true;
          return jsonResponse(
            vector.status,
            vector.body,
            'headers' in vector ? vector.headers : {},
          );
        })(false),
      );
      await client.flush();

      const kept = await platform.queueStorage.read({ limit: 10, maxBytes: LIMITS.bodyBytes });
      expect(kept.map(({ key }) => key)).toEqual(vector.kept);
      const { accepted, delivered, pending, dropped } = client.stats();
      expect({ accepted, pending, dropped }).toEqual({
        accepted: 3,
        pending: vector.kept.length,
        dropped: vector.dropped,
      });
      const droppedCount = Object.values(vector.dropped).reduce((sum, count) => sum + count, 0);
      expect(delivered).toBe(vector.removed.length - droppedCount);

      const requests = platform.transport.requests.length;
      if ('split' in vector) {
        expect(platform.transport.batches()[1]?.events.length).toBe(1);
      } else if (vector.kept.length === 0) {
        expect(requests).toBe(1);
      }
      if ('waitAtLeastMs' in vector && vector.waitAtLeastMs !== undefined) {
        // Even when asked to flush, and when the network comes back.
        await client.flush();
        platform.goOnline();
        await platform.clock.advance(vector.waitAtLeastMs - (platform.clock.elapsed() - sent) - 1);
        expect(platform.transport.requests.length).toBe(requests);
        await platform.clock.advance(400_000);
        expect(platform.transport.requests.length).toBeGreaterThan(requests);
      }
    });
  }
});
