import { describe, expect, it, vi } from 'vitest';
import { ready } from '../../test/flag-page.js';
import {
  configResponse,
  createScriptedConfigSource,
  documentOf,
  experimentRule,
  settlePromises,
} from '../testing/index.js';
import type { FlagsStatus } from './config.js';

const variantFor = (client: Awaited<ReturnType<typeof ready>>['client']) =>
  client.peekExperiment('checkout_flow_v2').variant;

describe('given the page says who flags are to be decided for', () => {
  it('decides for them and identifies nobody, until that is taken back', async () => {
    const { client, exposures } = await ready();
    client.identify('u-1');
    expect(variantFor(client)).toBe('treatment');
    expect(client.setFlagAttributes({ user_id: 'u-2', segment: 'trial' })).toBeUndefined();
    expect([variantFor(client), client.getFlag('beta')]).toEqual(['control', true]);
    client.getFlag('checkout');
    expect(await exposures()).toMatchObject([
      { user_id: 'u-1', properties: { unit_id: 'u-2', variant: 'control' } },
    ]);
    void client.setFlagAttributes({ user_id: undefined });
    expect([variantFor(client), client.getFlag('beta')]).toEqual(['treatment', true]);
  });

  it('does not take this device for another’s', async () => {
    const rule = experimentRule({ hashAttribute: 'anonymous_id', seed: 'c' });
    const { client } = await ready({
      source: createScriptedConfigSource(
        documentOf({ checkout: { defaultValue: 'none', rules: [rule] } }),
      ),
    });
    client.identify('u-1');
    expect(client.getFlag('checkout')).not.toBe('none');
    void client.setFlagAttributes({ user_id: 'u-2' });
    expect(client.getFlag('checkout')).toBe('none');
  });

  it('asks anew where rules are secret, and resolves with the answer', async () => {
    const source = createScriptedConfigSource();
    source.answer(({ body }) => {
      if (body === undefined) return configResponse(403, { code: 'values_only' });
      const { attributes } = JSON.parse(body) as { attributes: { id: string; plan?: string } };
      const said = `${attributes.id} ${attributes.plan}`;
      const verdict = { value: said, variant: null, reason: 'forced', exposures: [] };
      return configResponse(200, { revision: 1, flags: { who: verdict } });
    });
    const { client } = await ready({ source });
    client.identify('u-1');
    await settlePromises();
    expect(client.getFlag('who')).toBe('u-1 undefined');
    const done = client.setFlagAttributes({ plan: 'pro', user_id: 'u-2' });
    expect(client.getFlag('who')).toBe('u-1 undefined');
    await done;
    expect(client.getFlag('who')).toBe('u-2 pro');
  });
});

describe('given somebody wants to know where flags stand', () => {
  it('says so once it is otherwise', async () => {
    const { client, source } = await ready();
    const listener = vi.fn<(status: FlagsStatus) => void>();
    const stop = client.onFlagsStatus(listener);
    source.answer(() => configResponse(500, {}));
    await client.refreshFlags();
    await client.refreshFlags();
    source.answer(null);
    await client.refreshFlags();
    expect(listener.mock.calls.flat()).toEqual(['stale', 'ready']);
    stop();
    source.answer(() => configResponse(500, {}));
    await client.refreshFlags();
    expect(listener).toHaveBeenCalledTimes(2);
  });
});
