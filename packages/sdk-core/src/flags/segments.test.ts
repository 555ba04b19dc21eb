import { describe, expect, it, vi } from 'vitest';
import {
  configResponse,
  createScriptedConfigSource,
  fakePlatform,
  settlePromises,
} from '../testing/index.js';
import { ready, SHOP } from '../../test/flag-page.js';
import type { ConfigRequest, ConfigResponse } from './source.js';

const MINUTE = 60_000;
const THANKS = {
  features: {
    thanks: {
      defaultValue: false,
      rules: [{ id: 'r', force: true, px: { segments: { all: ['buyers'] } } }],
    },
    welcome: {
      defaultValue: false,
      rules: [{ id: 'r', force: true, px: { segments: { none: ['buyers'] } } }],
    },
  },
  px: { revision: 1, environment: 'production', computedSegments: ['buyers'] },
};
const isQuestion = ({ url }: ConfigRequest) => url.includes('/v1/config/segments?');
const told = (...segments: string[]) => configResponse(200, { segments });

/** A collector whose segments a test decides. */
function collector(answer: () => ConfigResponse | Promise<ConfigResponse>) {
  const source = createScriptedConfigSource(THANKS);
  source.answer((request) =>
    isQuestion(request) ? answer() : configResponse(200, THANKS, '"production-1"'),
  );
  const questions = () => source.requests.filter(isQuestion).map(({ url }) => url);
  return { source, questions };
}

describe('given rules that name computed segments', () => {
  it('asks by the device, and decides by the answer; until then no such rule applies', async () => {
    let answer: (response: ConfigResponse) => void = () => {};
    const { source, questions } = collector(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const { client } = await ready({ source });
    const changed = vi.fn<(keys: readonly string[]) => void>();
    client.onFlagsChange(changed);
    expect(questions()).toEqual([
      expect.stringMatching(/^\/px\/v1\/config\/segments\?key=px_k&anonymous_id=[\w-]{36}$/),
    ]);
    expect(client.getFlag('thanks')).toBe(false);
    expect(client.getFlag('welcome')).toBe(false);
    answer(told('buyers'));
    await settlePromises();
    expect(client.getFlag('thanks')).toBe(true);
    expect(client.getFlag('welcome')).toBe(false);
    expect(changed.mock.calls).toEqual([[['thanks']]]);
  });

  it('asks nothing where rules name none, and where the person has not agreed to analytics', async () => {
    const plain = createScriptedConfigSource(SHOP);
    await ready({ source: plain });
    expect(plain.requests.filter(isQuestion)).toEqual([]);
    const { source, questions } = collector(() => told('buyers'));
    const { client } = await ready({ source, options: { consent: 'pending' } });
    expect(questions()).toEqual([]);
    client.setConsent('granted');
    client.track('a');
    await settlePromises();
    expect(questions()).toHaveLength(1);
    expect(client.getFlag('thanks')).toBe(true);
  });

  it('never decides for one person by what was told of another', async () => {
    const answers: ((response: ConfigResponse) => void)[] = [];
    const { source, questions } = collector(() => new Promise((resolve) => answers.push(resolve)));
    const { client } = await ready({ source });
    answers[0]!(told('buyers'));
    await settlePromises();
    expect(client.getFlag('thanks')).toBe(true);
    client.identify('ana');
    expect(client.getFlag('thanks')).toBe(false);
    await settlePromises();
    expect(questions()[1]).toContain('&user_id=ana');
    client.reset();
    await settlePromises();
    expect(questions()).toHaveLength(3);
    expect(client.getFlag('thanks')).toBe(false);
    answers[2]!(told('buyers'));
    await settlePromises();
    expect(client.getFlag('thanks')).toBe(true);
    // Late, and of somebody else: it takes the place of nothing.
    answers[1]!(told());
    await settlePromises();
    expect(client.getFlag('thanks')).toBe(true);
    expect(questions()[2]).not.toContain('user_id');
  });

  it('goes by what it knew while nobody answers, in the next page too', async () => {
    const platform = fakePlatform();
    const first = collector(() => told('buyers'));
    await ready({ platform, source: first.source });
    const { source, questions } = collector(() => configResponse(503, {}));
    const { client, advance } = await ready({
      source,
      platform: fakePlatform({ storage: platform.storage, clock: platform.clock }),
    });
    expect(client.getFlag('thanks')).toBe(true);
    expect(questions()).toHaveLength(1);
    client.track('a');
    await settlePromises();
    expect(questions()).toHaveLength(1);
    await advance(MINUTE);
    client.track('b');
    await settlePromises();
    expect(questions()).toHaveLength(2);
    expect(client.getFlag('thanks')).toBe(true);
  });

  it('asks again when somebody comes back after five minutes, and not before', async () => {
    let segments: string[] = [];
    const { source, questions } = collector(() => told(...segments));
    const { client, platform, advance } = await ready({ source });
    platform.hide();
    await advance(4 * MINUTE);
    platform.show();
    await settlePromises();
    expect(questions()).toHaveLength(1);
    segments = ['buyers'];
    platform.hide();
    await advance(MINUTE);
    platform.show();
    await settlePromises();
    expect(questions()).toHaveLength(2);
    expect(client.getFlag('thanks')).toBe(true);
    await client.shutdown();
    await advance(10 * MINUTE);
    platform.show();
    await settlePromises();
    expect(questions()).toHaveLength(2);
  });
});
