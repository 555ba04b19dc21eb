import type { PxEvent } from '@px-platform/protocol';
import { createClient } from '../src/client.js';
import { combineFeatures } from '../src/combine-features.js';
import { parseOptions, type CoreOptions } from '../src/options.js';
import { createStandardFeatures } from '../src/standard-features.js';
import {
  createScriptedConfigSource,
  documentOf,
  experimentRule,
  fakePlatform,
  settlePromises,
  type FakePlatform,
  type ScriptedConfigSource,
} from '../src/testing/index.js';
import { createFlags } from '../src/flags/flags.js';
import type { FlagOptions } from '../src/flags/options.js';

export const SHOP = documentOf({
  plain: { defaultValue: 'hello' },
  beta: {
    defaultValue: false,
    rules: [{ id: 'trial', condition: { segment: 'trial' }, force: true, px: { variant: 'on' } }],
  },
  checkout: { defaultValue: 'old', rules: [experimentRule()] },
});

export interface Setting {
  readonly platform?: FakePlatform;
  readonly source?: ScriptedConfigSource;
  readonly flags?: FlagOptions | false | undefined;
  readonly options?: Partial<CoreOptions>;
}

/** A page with flags, as it is before any answer. */
export function setUp(setting: Setting = {}) {
  const {
    platform = fakePlatform(),
    source = createScriptedConfigSource(SHOP),
    flags,
    options = {},
  } = { flags: {}, ...setting };
  const parsed = parseOptions(
    { apiKey: 'px_k', projectId: 'shop', ...options, ...(flags !== undefined && { flags }) },
    { endpoint: '/px' },
  );
  const client = createClient({
    platform,
    options: parsed.options!,
    features: combineFeatures(createFlags(source), createStandardFeatures),
  });
  const sent = (): PxEvent[] => platform.transport.batches().flatMap(({ events }) => events);
  const exposures = async () => {
    await client.flush();
    return sent()
      .filter(({ event }) => event === '$exposure')
      .sort((one, other) => one.seq! - other.seq!);
  };
  const said = () => platform.logs.map(({ message }) => message);
  return { client, platform, source, exposures, said, advance: platform.clock.advance };
}

/** The same with the first answer. */
export const ready = async (setting?: Setting) => {
  const all = setUp(setting);
  await settlePromises();
  return all;
};
