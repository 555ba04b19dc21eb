import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient, type ClientOptions, type NodeClient } from '../src/index.js';
import { SHOP, startStubCollector, type Handle, type StubCollector } from './stub-collector.js';

let collector: StubCollector;
let opened: NodeClient[] = [];
let said: string[] = [];
const rejections: unknown[] = [];
const onRejection = (cause: unknown) => void rejections.push(cause);
const log = {
  error: (...values: unknown[]) => void said.push(values.join(' ')),
  warn: (...values: unknown[]) => void said.push(values.join(' ')),
};

beforeEach(async () => {
  collector = await startStubCollector();
  process.on('unhandledRejection', onRejection);
});
afterEach(async () => {
  for (const px of opened) await px.shutdown({ timeoutMs: 0 });
  for (const px of opened) expectBalance(px);
  await collector.close();
  process.off('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
  opened = [];
  said = [];
});

const open = (options: Partial<ClientOptions> = {}) => {
  const px = createClient({
    apiKey: 'px_k',
    endpoint: collector.url,
    flags: false,
    log,
    ...options,
  });
  opened.push(px);
  return px;
};
const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 15_000, interval: 10 });
const UPGRADE = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n';
const ada = { userId: 'ada' };
const trackMany = (px: NodeClient, count: number) => {
  for (let nth = 0; nth < count; nth += 1) px.track('invoice_paid', { nth }, ada);
};
const expectBalance = (px: NodeClient) => {
  const { accepted, delivered, pending, dropped } = px.stats();
  const lost = Object.values(dropped).reduce((sum, n) => sum + n, 0);
  expect(accepted).toBe(delivered + pending + lost);
};

describe('given a collector that answers', () => {
  it('sends what each verb says, of whomever it says it', async () => {
    const px = open({ context: { locale: 'pt-BR' } });
    const timestamp = new Date('2026-01-02T03:04:05Z');
    px.track(
      'invoice_paid',
      { amount: 12 },
      { ...ada, sessionId: 's', timestamp, context: { ip: '::1' } },
    );
    px.identify('ada', { plan: 'pro' }, { anonymousId: 'device', traitsOnce: { first: true } });
    px.alias('ada', 'old-id');
    px.group('company', 'acme', { seats: 3 }, ada);
    px.page({ url: 'https://shop.example/', title: 'Shop', kind: 'landing' }, { anonymousId: 'd' });
    await px.flush();
    expect(collector.events()).toMatchObject([
      {
        event: 'invoice_paid',
        user_id: 'ada',
        session_id: 's',
        timestamp: timestamp.getTime(),
        properties: { amount: 12 },
        context: { locale: 'pt-BR', ip: '::1' },
      },
      {
        event: '$identify',
        user_id: 'ada',
        anonymous_id: 'device',
        properties: { $set: { plan: 'pro' }, $set_once: { first: true } },
      },
      { event: '$alias', user_id: 'ada', properties: { previous_id: 'old-id' } },
      { event: '$group', properties: { type: 'company', key: 'acme', $set: { seats: 3 } } },
      {
        event: 'page_view',
        anonymous_id: 'd',
        properties: { kind: 'landing' },
        context: { page: { url: 'https://shop.example/', title: 'Shop' }, locale: 'pt-BR' },
      },
    ]);
    expect(collector.events()[0]).not.toHaveProperty('anonymous_id');
    expect(collector.headers[0]).toMatchObject({ authorization: 'Bearer px_k' });
    expect(collector.asked).toEqual(['POST /v1/batch']);
    expect(px.stats()).toEqual({ accepted: 5, delivered: 5, pending: 0, dropped: {} });
  });

  it('sends batches of 100, zipped, each event once', async () => {
    const px = open();
    trackMany(px, 1_050);
    await px.flush();
    expect(collector.events()).toHaveLength(1_050);
    expect(collector.batches.map(({ events }) => events.length).sort((a, b) => b - a)).toEqual([
      ...Array<number>(10).fill(100),
      50,
    ]);
    expect(collector.headers.every((each) => each['content-encoding'] === 'gzip')).toBe(true);
    expect(collector.batches[0]?.sdk?.name).toBe('@px-platform/sdk-node');
  });

  it('sends a full batch at once, and the rest after its interval, without being asked', async () => {
    const px = open({ bufferSize: 10, flushInterval: 300 });
    trackMany(px, 13);
    await until(() => expect(collector.events()).toHaveLength(10));
    expect(px.stats().pending).toBe(3);
    await until(() => expect(collector.events()).toHaveLength(13));
    expect(collector.batches).toHaveLength(2);
  });

  it('keeps connections', async () => {
    const sockets = new Set<unknown>();
    collector.answer((request, response, body) => {
      sockets.add(request.socket);
      const { events } = JSON.parse(body) as { events: unknown[] };
      response.end(JSON.stringify({ accepted: events.length, results: [] }));
    });
    const px = open();
    for (let nth = 0; nth < 3; nth += 1) {
      trackMany(px, 1);
      await px.flush();
    }
    expect(px.stats().delivered).toBe(3);
    expect(sockets.size).toBe(1);
  });

  it('asks anew at once where a kept connection was just closed', async () => {
    const seen = new Set<unknown>();
    collector.answer((request, response, body) => {
      if (seen.has(request.socket)) return void request.socket.destroy();
      seen.add(request.socket);
      collector.serve(request, response, body);
    });
    const px = open();
    for (let nth = 1; nth <= 3; nth += 1) {
      trackMany(px, 1);
      await px.flush();
      expect(px.stats().delivered).toBe(nth);
    }
    expect(said).toEqual([]);
  });

  it('has no more requests under way than it may', async () => {
    let underWay = 0;
    let most = 0;
    collector.answer((request, response, body) => {
      most = Math.max(most, (underWay += 1));
      setTimeout(() => {
        underWay -= 1;
        collector.serve(request, response, body);
      }, 30);
    });
    const px = open({ maxRequests: 3 });
    trackMany(px, 1_000);
    await px.flush();
    expect(most).toBe(3);
    expect(px.stats().delivered).toBe(1_000);
  });

  it('resolves a flush once what was there then is settled, whatever comes after', async () => {
    const px = open({ bufferSize: 10 });
    let letGo = () => {};
    const comesAfter = new Promise<void>((resolve) => (letGo = resolve));
    collector.answer((request, response, body) => {
      const isFirst = body.includes('"nth":-1');
      void (isFirst ? until(() => expect(collector.asked).toHaveLength(2)) : comesAfter).then(() =>
        collector.serve(request, response, body),
      );
    });
    px.track('invoice_paid', { nth: -1 }, ada);
    const flushed = px.flush();
    trackMany(px, 10);
    await flushed;
    expect(px.stats()).toMatchObject({ delivered: 1, pending: 10 });
    letGo();
    await px.flush();
    expect(px.stats()).toMatchObject({ delivered: 11, pending: 0 });
  });

  it('needs no timeout to see that an answer will never come', async () => {
    const px = open({ timeoutMs: 60_000 });
    collector.answer((request) => void request.socket.end(UPGRADE));
    trackMany(px, 1);
    await px.flush();
    expect(px.stats()).toMatchObject({ pending: 1 });
  });

  it('drops what the collector will never take, and sends again what it asks for', async () => {
    const seen = new Set<unknown>();
    collector.judge = ({ event_id, properties }) => {
      if (properties?.['nth'] === 1) return { status: 'drop', code: 'schema_violation' };
      if (properties?.['nth'] !== 2 || seen.has(event_id)) return null;
      seen.add(event_id);
      return { status: 'retry', code: 'log_unavailable' };
    };
    const px = open();
    trackMany(px, 4);
    await px.flush();
    expect(px.stats()).toMatchObject({
      delivered: 2,
      pending: 1,
      dropped: { schema_violation: 1 },
    });
    await until(() => expect(px.stats()).toMatchObject({ delivered: 3, pending: 0 }));
    expect(collector.batches[1]?.events).toHaveLength(1);
  });
});

describe('given calls that say nothing usable', () => {
  it('throws nothing and counts each', () => {
    const px = open({ beforeSend: (event) => (event.event === 'secret' ? null : event) });
    px.track('a');
    px.track('', {}, ada);
    px.track('$own', {}, ada);
    px.track('b', {}, { userId: 'undefined' });
    px.track('c', {}, { ...ada, timestamp: 'yesterday' });
    px.track('secret', {}, ada);
    px.track('huge', { text: 'x'.repeat(70_000) }, ada);
    px.identify('', {});
    px.alias('ada', '');
    px.group('company', '', {}, ada);
    const careless = px as unknown as Record<string, (...all: unknown[]) => void>;
    for (const verb of ['track', 'identify', 'alias', 'group', 'page'])
      for (const value of [undefined, null, 7, Symbol('s'), () => {}])
        careless[verb]?.(value, value, value, value);
    const { accepted, dropped, pending } = px.stats();
    expect(dropped).toMatchObject({ before_send: 1, event_too_large: 1, invalid_timestamp: 1 });
    expect(dropped['internal_error']).toBeUndefined();
    expect(accepted - pending).toBe(Object.values(dropped).reduce((sum, n) => sum + n, 0));
    expect(said.join('\n')).toContain('say { userId }, { anonymousId } or both');
    expectBalance(px);
  });

  it('drops what a failing beforeSend was to edit', () => {
    const px = open({
      beforeSend() {
        throw new Error('broken');
      },
    });
    trackMany(px, 2);
    expect(px.stats()).toMatchObject({ pending: 0, dropped: { before_send: 2 } });
  });

  it('says what is wrong with options, and sends nothing without a key', async () => {
    const px = createClient({
      apiKey: '',
      endpoint: 'nowhere',
      maxRequests: -1,
      flags: false,
      log,
    });
    opened.push(px);
    trackMany(px, 2);
    await px.flush();
    expect(px.stats()).toMatchObject({ accepted: 2, dropped: { unusable_options: 2 } });
    expect(said).toEqual([
      'px: option apiKey, or PX_API_KEY in the environment, is the text of a key. Nothing is sent.',
      `px: option endpoint, or PX_ENDPOINT in the environment, is the collector's whole address, without a query; received "nowhere". Nothing is sent.`,
      'px: option maxRequests cannot be -1; using 4.',
    ]);
  });
});

describe('given a collector in trouble', () => {
  it('waits as long as Retry-After says, with 429 and 503', async () => {
    for (const status of [429, 503]) {
      const px = open({ bufferSize: 5, flushInterval: 1 });
      let asked = 0;
      collector.answer((_, response) => {
        asked += 1;
        response.writeHead(status, { 'retry-after': '3600' }).end('{"code":"x","message":"later"}');
      });
      trackMany(px, 3);
      await px.flush();
      expect(asked).toBe(1);
      collector.answer(null);
      trackMany(px, 30);
      await px.flush();
      expect((await px.shutdown({ timeoutMs: 300 })).dropped).toEqual({ shutdown: 33 });
      expect(collector.batches).toEqual([]);
      expectBalance(px);
    }
  });

  it('sends once the wait is over', async () => {
    const px = open({ flushInterval: 1 });
    collector.answer((_, response) => {
      collector.answer(null);
      response.writeHead(429, { 'retry-after': '1' }).end();
    });
    trackMany(px, 3);
    await px.flush();
    expect(px.stats()).toMatchObject({ pending: 3 });
    await until(() => expect(px.stats()).toMatchObject({ delivered: 3, pending: 0 }));
  });

  it('halves what is too large, down to the event that is', async () => {
    collector.answer((request, response, body) => {
      if (!body.includes('"nth":13')) return collector.serve(request, response, body);
      response.writeHead(413).end('{"code":"body_too_large","message":"too large"}');
    });
    const px = open();
    trackMany(px, 40);
    await px.flush();
    expect(px.stats()).toMatchObject({ delivered: 39, pending: 0, dropped: { body_too_large: 1 } });
    expect(collector.events()).toHaveLength(39);
  });

  it('drops a batch that the collector calls nonsense, but not one that somebody between does', async () => {
    const px = open();
    collector.answer((_, response) => response.writeHead(400).end('<html>Bad gateway</html>'));
    trackMany(px, 2);
    await px.flush();
    expect(px.stats()).toMatchObject({ pending: 2 });
    collector.answer((_, response) =>
      response.writeHead(400).end('{"code":"invalid_batch","message":"no"}'),
    );
    await until(() =>
      expect(px.stats()).toMatchObject({ pending: 0, dropped: { invalid_batch: 2 } }),
    );
  });

  it('keeps events while the key is refused, and says so once', async () => {
    const px = open();
    collector.answer((_, response) =>
      response.writeHead(401).end('{"code":"unknown_key","message":"no such key"}'),
    );
    trackMany(px, 2);
    await px.flush();
    await px.flush();
    expect(px.stats()).toMatchObject({ pending: 2 });
    expect(said.filter((line) => line.includes('was refused'))).toHaveLength(1);
    expect(collector.asked).toHaveLength(1);
  });

  it('asks a collector that is down no faster for being flushed and called often', async () => {
    let asked = 0;
    collector.answer((request) => {
      asked += 1;
      request.socket.destroy();
    });
    const px = open({ bufferSize: 2, flushInterval: 1 });
    const endAt = Date.now() + 700;
    while (Date.now() < endAt) {
      trackMany(px, 10);
      await px.flush();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    // Four together, and then one after each wait of up to 1, 2, 4… s, which may be drawn short.
    expect(asked).toBeLessThan(20);
    expect(px.stats().delivered).toBe(0);
  });

  it('keeps the newest while nobody answers, in bounds of events and bytes', async () => {
    await collector.close();
    const px = open({ maxQueueEvents: 500 });
    trackMany(px, 2_000);
    await px.flush();
    expect(px.stats()).toMatchObject({
      accepted: 2_000,
      pending: 500,
      dropped: { queue_full: 1_500 },
    });
    const small = open({ maxQueueBytes: 65_536 });
    for (let nth = 0; nth < 100; nth += 1) small.track('big', { text: 'ü'.repeat(1_000) }, ada);
    await small.flush();
    expect(small.stats().pending).toBeGreaterThan(20);
    expect(small.stats().pending).toBeLessThan(32);
    const port = Number(new URL(collector.url).port);
    collector = await startStubCollector(SHOP, port);
    expect((await px.shutdown({ timeoutMs: 15_000 })).delivered).toBe(500);
    const kept = collector.events().map(({ properties }) => properties?.['nth']);
    expect(kept).toContain(1_999);
    expectBalance(px);
  });

  it('delivers all once it is over: slow, garbage, gone mid-response, an upgrade', async () => {
    const px = open({ timeoutMs: 300, flushInterval: 1, bufferSize: 10 });
    const troubles: Handle[] = [
      // Never answers.
      () => {},
      (_, response) => void response.end('{"accepted":'),
      (_, response) => {
        response.writeHead(200, { 'content-length': 500 }).write('{"accepted":10,"results":[]}');
        setTimeout(() => response.destroy(), 20);
      },
      (request) => void request.socket.end(UPGRADE),
      (request) => void request.socket.end('\0garbage\r\n\r\n'),
    ];
    for (const trouble of troubles) {
      collector.answer(trouble);
      trackMany(px, 5);
      await px.flush();
      expect(px.stats().delivered).toBe(0);
      expectBalance(px);
    }
    collector.answer(null);
    expect(await px.shutdown({ timeoutMs: 20_000 })).toEqual({
      accepted: 25,
      delivered: 25,
      pending: 0,
      dropped: {},
    });
    expect(collector.events()).toHaveLength(25);
  });
});

describe('given a shutdown', () => {
  it('is over in time where nobody answers, and counts what is left and what comes after', async () => {
    const silent: Server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const px = open({ endpoint: `http://127.0.0.1:${port}`, maxRequests: 1 });
    trackMany(px, 250);
    const flushed = px.flush();
    const books = await px.shutdown({ timeoutMs: 200 });
    expect(books).toEqual({ accepted: 250, delivered: 0, pending: 0, dropped: { shutdown: 250 } });
    await flushed;
    trackMany(px, 1);
    expect(px.stats().dropped).toEqual({ shutdown: 251 });
    expect(await px.shutdown()).toEqual(books);
    silent.close();
  });
});
