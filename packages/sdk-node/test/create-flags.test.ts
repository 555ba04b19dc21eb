import type { ServerResponse } from 'node:http';
import { documentOf, experimentRule, exposureOf, verdictOf } from '@px-platform/sdk-core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createFlags,
  type FlagExposure,
  type FlagsOptions,
  type ServerFlags,
} from '../src/index.js';
import { SHOP, startStubCollector, type StubCollector } from './stub-collector.js';

let collector: StubCollector;
let opened: ServerFlags[] = [];
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
  for (const flags of opened) flags.close();
  await collector.close();
  process.off('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
  opened = [];
  said = [];
});

const open = (options: Partial<FlagsOptions> = {}) => {
  const flags = createFlags({ apiKey: 'px_k', endpoint: collector.url, log, ...options });
  opened.push(flags);
  return flags;
};
const ready = async (options?: Partial<FlagsOptions>) => {
  const flags = open(options);
  await flags.ready(10_000);
  return flags;
};
const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 15_000, interval: 10 });
const plain = (value: string, revision: number) =>
  documentOf({ plain: { defaultValue: value } }, revision);

describe('given a collector that answers', () => {
  it('decides in the process, for whomever the call is about', async () => {
    const flags = await ready();
    expect(flags.status()).toBe('ready');
    expect(flags.getFlag('plain', {})).toBe('hello');
    expect(flags.getFlag('beta', { user_id: 'u-1', segment: 'trial' }, false)).toBe(true);
    expect(flags.getFlagDetails('beta', { user_id: 'u-1' })).toEqual({
      value: false,
      variant: null,
      reason: 'default',
      ruleId: null,
      experiment: null,
      inExperiment: false,
      bucket: null,
      isStale: false,
      revision: 1,
    });
    expect(flags.getFlag('nowhere', {}, 'none')).toBe('none');
    expect(flags.getFlag('nowhere')).toBeUndefined();
    expect(flags.getExperiment('checkout_flow_v2', { user_id: 'u-1' })).toMatchObject({
      variant: 'treatment',
      value: 'new',
      inExperiment: true,
    });
    const one = await flags.evaluate({ user_id: 'u-1', segment: 'trial' });
    expect(one.getFlag('beta')).toBe(true);
    expect(flags.document()).toEqual(SHOP);
  });

  it('puts a device in place of a person who is not known, as a page does', async () => {
    const flags = await ready();
    const { variant } = flags.getExperiment('checkout_flow_v2', { anonymous_id: 'u-1' });
    expect(variant).toBe('treatment');
    expect(flags.peekExperiment('checkout_flow_v2', {}).inExperiment).toBe(false);
  });

  it('sends its key in a header, and asks with the ETag it has', async () => {
    const flags = await ready({ stream: false });
    await flags.refresh();
    expect(collector.asked).toEqual(['GET /v1/config', 'GET /v1/config "production-1"']);
    expect(collector.headers[0]).toMatchObject({ authorization: 'Bearer px_k' });
    expect(flags.status()).toBe('ready');
  });

  it('hears of a publication by the stream, and names the flags it may change', async () => {
    const flags = await ready();
    const listener = vi.fn<(keys: readonly string[]) => void>();
    flags.onChange(() => {
      throw new Error('theirs');
    });
    const stop = flags.onChange(listener);
    await until(() => expect(collector.openStreams()).toBe(1));
    const { beta: _, ...features } = SHOP.features;
    collector.publish(documentOf({ ...features, beta: { defaultValue: true } }, 2));
    await until(() => expect(flags.getFlag('beta', {})).toBe(true));
    // What depends on it, too.
    expect(listener).toHaveBeenCalledExactlyOnceWith(['beta', 'gated']);
    expect(said).toContainEqual(expect.stringContaining('a listener failed'));
    stop();
    collector.publish(plain('bye', 3));
    await until(() => expect(flags.getFlag('plain')).toBe('bye'));
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('polls where there is no stream, and listens again once it ends', async () => {
    const polling = await ready({ stream: false, refreshMs: 100 });
    collector.publish(plain('polled', 2));
    await until(() => expect(polling.getFlag('plain')).toBe('polled'));
    polling.close();
    const flags = await ready();
    await until(() => expect(collector.openStreams()).toBe(1));
    collector.endStreams();
    await until(() => expect(collector.openStreams()).toBe(0));
    collector.publish(plain('missed', 3));
    await until(() => expect(flags.getFlag('plain')).toBe('missed'));
    await until(() => expect(collector.openStreams()).toBe(1));
  });

  it('asks nothing more once it is closed, and answers by what it knows', async () => {
    const flags = await ready({ refreshMs: 100 });
    await until(() => expect(collector.openStreams()).toBe(1));
    flags.close();
    await until(() => expect(collector.openStreams()).toBe(0));
    const { length } = collector.asked;
    await flags.refresh();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(collector.asked).toHaveLength(length);
    expect(flags.getFlag('plain')).toBe('hello');
    expect(await flags.ready()).toBe('ready');
  });
});

describe('given a collector that fails', () => {
  it('is ready in time though it hangs, and serves what came with the service', async () => {
    collector.answer(() => {});
    const flags = open({ timeoutMs: 60_000 });
    expect(await flags.ready(50)).toBe('loading');
    expect(flags.getFlagDetails('plain', {}, 'own')).toMatchObject({
      value: 'own',
      reason: 'loading',
    });
    expect((await flags.evaluate({})).getFlag('plain', undefined, 'own')).toBe('own');
    const bundled = open({ bootstrap: plain('bundled', 1), defaults: { other: 1 } });
    expect(['ready', 'stale']).toContain(await bundled.ready(0));
    expect(bundled.getFlag('plain')).toBe('bundled');
    expect(bundled.getFlag('other')).toBe(1);
  });

  it.each([
    ['no JSON', (response) => response.end('<html>')],
    ['other JSON', (response) => response.end('[1]')],
    ['values, which are nobody’s', (response) => response.end('{"flags":{}}')],
    ['an error', (response) => response.writeHead(500).end('{"code":"internal"}')],
    [
      'a broken gzip',
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    ],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        setTimeout(() => response.destroy(), 10);
      },
    ],
    ['nothing', (response) => response.destroy()],
    ['a redirect', (response) => response.writeHead(302, { location: '/' }).end()],
  ] satisfies [string, (response: ServerResponse) => void][])(
    'keeps what is good where it is answered with %s, says so once, and recovers',
    async (_, answer) => {
      const flags = await ready({ stream: false });
      const statuses: string[] = [];
      flags.onStatus((status) => statuses.push(status));
      collector.answer((_request, response) => answer(response));
      await flags.refresh();
      await flags.refresh();
      expect(flags.getFlagDetails('plain')).toMatchObject({ value: 'hello', isStale: true });
      expect(said).toHaveLength(1);
      collector.answer(null);
      await flags.refresh();
      expect(statuses).toEqual(['stale', 'ready']);
      const late = open({ stream: false });
      collector.answer((_request, response) => answer(response));
      expect(await late.ready(10_000)).toMatch(/error|ready/);
    },
  );

  it('says what is wrong with a key that is refused, without saying the key', async () => {
    collector.answer((_, response) => response.writeHead(401).end('{"code":"unknown_key"}'));
    const flags = await ready({ apiKey: 'px_very_secret' });
    expect(flags.status()).toBe('error');
    expect(flags.getFlagDetails('plain', {}, 'own')).toMatchObject({
      value: 'own',
      reason: 'error',
    });
    expect(said.join()).toContain('HTTP 401');
    expect(said.join()).not.toContain('px_very');
  });

  it('never goes back to an older publication', async () => {
    collector.publish(plain('five', 5));
    const flags = await ready({ stream: false });
    collector.publish(plain('four', 4));
    await flags.refresh();
    expect(flags.getFlag('plain')).toBe('five');
  });

  it('gives up a stream that is none, and polls', async () => {
    collector.answer((request, response) => {
      if (request.url === '/v1/config/stream')
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('x'.repeat(70_000));
      else response.end(JSON.stringify(plain('hello', 1)));
    });
    const flags = await ready({ refreshMs: 100 });
    const asked = (path: string) => collector.asked.filter((line) => line === `GET ${path}`).length;
    await until(() => expect(asked('/v1/config')).toBeGreaterThan(2));
    await until(() => expect(asked('/v1/config/stream')).toBeGreaterThan(1));
    expect(flags.status()).toBe('ready');
  });

  it.each([
    [undefined, 'http://px.test'],
    ['k\nx', 'http://px.test'],
    ['px_k', '/px'],
    ['px_k', 'http://px.test?key=1'],
  ])('serves fallbacks with key %j at %j, and says why', async (apiKey, endpoint) => {
    const flags = open({ apiKey, endpoint, refreshMs: -1 } as FlagsOptions);
    expect(await flags.ready()).toBe('error');
    await flags.refresh();
    expect(flags.getFlag('plain', {}, 'own')).toBe('own');
    expect(said).toContain('px: option refreshMs cannot be -1; using 60000.');
    expect(said).toHaveLength(2);
    for (const line of said) expect(line).toMatch(/^px: option (?!option)/);
  });

  it('skips a rule that cannot be read, and throws at nothing a caller hands over', async () => {
    collector.publish(
      documentOf({
        bad: { defaultValue: 1, rules: [{ force: 2, condition: { a: { $gtt: 1 } } }] },
      }),
    );
    const flags = await ready();
    expect(flags.getFlag('bad', { a: 2 })).toBe(1);
    const hostile = {
      get user_id(): string {
        throw new Error('theirs');
      },
    };
    expect(flags.getFlag('bad', hostile, 9)).toBe(9);
    expect(flags.getFlag('bad', null as never, 9)).toBe(1);
  });
});

describe('given experiments', () => {
  const told = async (options: Partial<FlagsOptions> = {}) => {
    const exposures: FlagExposure[] = [];
    const flags = await ready({
      onExposure: (exposure) => void exposures.push(exposure),
      ...options,
    });
    return { flags, exposures };
  };

  it('tells of an exposure once for a unit, experiment, variant and phase', async () => {
    const { flags, exposures } = await told({ stream: false });
    for (let read = 0; read < 3; read += 1) {
      flags.getFlag('checkout', { user_id: 'u-1' });
      flags.getExperiment('checkout_flow_v2', { user_id: 'u-1' });
      flags.exposeFlag('checkout', { user_id: 'u-1' });
    }
    expect(exposures).toEqual([
      {
        ...exposureOf({ experiment: 'checkout_flow_v2', variant: 'treatment', phase: '0' }),
        flag: 'checkout',
        ruleId: 'half',
        revision: 1,
      },
    ]);
    flags.getFlag('checkout', { user_id: 'u-2' });
    expect(exposures).toHaveLength(2);
    const next = experimentRule({ phase: '1' });
    collector.publish(documentOf({ checkout: { defaultValue: 'old', rules: [next] } }, 2));
    await flags.refresh();
    flags.getFlag('checkout', { user_id: 'u-1' });
    expect(exposures.map(({ phase }) => phase)).toEqual(['0', '0', '1']);
  });

  it('tells of none for peeks and defaults, and goes on where the listener throws', async () => {
    const { flags, exposures } = await told();
    flags.peekFlag('checkout', { user_id: 'u-1' });
    flags.peekExperiment('checkout_flow_v2', { user_id: 'u-1' });
    flags.getFlag('checkout', {});
    flags.getFlag('plain', { user_id: 'u-1' });
    expect(exposures).toEqual([]);
    const throwing = await ready({
      onExposure() {
        throw new Error('theirs');
      },
    });
    expect(throwing.getFlag('checkout', { user_id: 'u-1' })).toBe('new');
  });

  it('asks what was assigned earlier where it is told how', async () => {
    const written: string[] = [];
    const { flags, exposures } = await told({
      sticky: {
        read: (attribute, value) =>
          `${attribute} ${value}` === 'user_id u-1' ? { checkout_flow_v2__0: 'control' } : null,
        write: (...args) => void written.push(args.join(' ')),
      },
    });
    expect(flags.getFlag('checkout', { user_id: 'u-1' })).toBe('old');
    expect(exposures).toMatchObject([{ variant: 'control', isSticky: true }]);
    flags.peekFlag('checkout', { user_id: 'u-2' });
    expect(written).toEqual([]);
    flags.getFlag('checkout', { user_id: 'u-2' });
    expect(written).toEqual(['user_id u-2 checkout_flow_v2__0 control']);
  });
});

describe('given the key gets values only', () => {
  beforeEach(() => {
    collector.secret = ({ user_id: userId }) => ({
      who: verdictOf(String(userId), {
        reason: 'experiment',
        experiment: 'e',
        inExperiment: true,
        exposures: [exposureOf({ unitId: String(userId) })],
      }),
    });
  });

  it('says so at once, and has the collector decide for who asks', async () => {
    const exposures: FlagExposure[] = [];
    const flags = await ready({ onExposure: (exposure) => void exposures.push(exposure) });
    expect(flags.status()).toBe('values_only');
    expect(flags.getFlagDetails('who', { user_id: 'u-1' }, 'own')).toMatchObject({
      value: 'own',
      reason: 'context_mismatch',
    });
    const asked = collector.asked.length;
    const [one, same, two] = await Promise.all(
      ['u-1', 'u-1', 'u-2'].map((user_id) => flags.evaluate({ user_id })),
    );
    expect(collector.asked.slice(asked)).toEqual(Array(2).fill('POST /v1/flags/evaluate'));
    expect([one, same, two].map((reads) => reads?.getFlag('who'))).toEqual(['u-1', 'u-1', 'u-2']);
    expect(one?.getExperiment('e')).toMatchObject({ variant: 'b', inExperiment: true });
    expect(one?.getFlagDetails('other', undefined, 1)).toMatchObject({
      value: 1,
      reason: 'unknown',
    });
    expect(exposures.map(({ unitId }) => unitId)).toEqual(['u-1', 'u-2']);
  });

  it.each(['<html>', '{"flags":{"who":7},"revision":1}', '{"flags":{}}', 'null'])(
    'answers fallbacks where the collector says %s',
    async (body) => {
      const flags = await ready();
      collector.answer((_, response) => response.end(body));
      const reads = await flags.evaluate({ user_id: 'u-1' });
      expect(reads.getFlagDetails('who', undefined, 'own')).toMatchObject({
        value: 'own',
        reason: 'error',
      });
      const cyclic: Record<string, unknown> = {};
      cyclic['self'] = cyclic;
      expect((await flags.evaluate(cyclic)).getFlag('who', undefined, 'own')).toBe('own');
    },
  );

  it('no longer decides by rules that it had before they were made secret', async () => {
    const secret = collector.secret;
    collector.secret = null;
    const flags = await ready({ stream: false });
    expect(flags.getFlag('plain')).toBe('hello');
    collector.secret = secret;
    await flags.refresh();
    expect(flags.getFlagDetails('plain', {}).reason).toBe('context_mismatch');
    expect(flags.document()).toBeUndefined();
    collector.secret = null;
    await flags.refresh();
    expect(flags.getFlag('plain')).toBe('hello');
  });
});
