import express from 'express';
import { Registry } from 'prom-client';
import type { FlagDefinition } from '@px-platform/protocol/flags';
import {
  postgresCatalog,
  postgresFlagCatalog,
  type Catalog,
  type FlagCatalog,
  type KeySpec,
  type SqlClient,
} from '@px-platform/store';
import { serve } from '@px-platform/test-services';
import {
  createCollector,
  openFlagDelivery,
  type CollectorDeps,
  type FlagDeliveryDeps,
} from '../src/index.js';

const PROJECT = { tenant_id: 'acme', project_id: 'shop' };
const quiet = { info() {}, warn() {}, error() {} };

/** A collector over a catalog of flags, with keys of the project `shop`, whose flags are the test's. */
export interface FlagsStage {
  readonly url: string;
  readonly flags: FlagCatalog;
  readonly catalog: Catalog;
  readonly registry: Registry;
  keyOf(spec?: Partial<KeySpec>): Promise<string>;
  /** Writes a flag over whatever is there, and gives the revision of production. */
  put(flag: FlagDefinition): Promise<number>;
  /** Resolves once this revision is served. */
  served(revision: number, key: string): Promise<void>;
  close(): Promise<void>;
}

export async function openFlagsStage(
  sql: SqlClient,
  more: Partial<Pick<FlagDeliveryDeps, 'streams' | 'pollMs' | 'clock' | 'segments'>> &
    Pick<CollectorDeps, 'ipRequestsPerMinute'> = {},
): Promise<FlagsStage> {
  const catalog = postgresCatalog(sql);
  const flags = postgresFlagCatalog(sql);
  await catalog.ensureProject({ id: 'shop', tenant_id: 'acme', name: 'Shop' }, 'Acme');
  const registry = new Registry();
  const { ipRequestsPerMinute, ...delivery } = more;
  const served = await openFlagDelivery({ publications: flags, log: quiet, registry, ...delivery });
  const app = express();
  app.set('trust proxy', 1);
  app.use(
    createCollector({
      catalog,
      eventLog: { append: async () => {}, isReady: () => true },
      log: quiet,
      registry,
      flags: served,
      ...(ipRequestsPerMinute !== undefined && { ipRequestsPerMinute }),
      ...(more.clock && { clock: more.clock }),
    }),
  );
  const server = await serve(app);
  return {
    url: server.url,
    flags,
    catalog,
    registry,
    keyOf: async (spec = {}) =>
      (await catalog.createKey({ kind: 'write', ...PROJECT, ...spec }, 'test')).key,
    async put(flag) {
      const basedOn = (await flags.find(PROJECT, 'flag', flag.key))?.version ?? 0;
      const put = { kind: 'flag', key: flag.key, definition: flag, by: 'test', basedOn } as const;
      const done = await flags.put(PROJECT, put);
      if (done.outcome !== 'stored') throw new Error(JSON.stringify(done));
      const revision = done.published['production'];
      return revision ?? 0;
    },
    async served(revision, key) {
      for (;;) {
        const { headers } = await fetch(`${server.url}/v1/config?key=${key}`, { method: 'HEAD' });
        if (headers.get('etag') === `"production-${revision}"`) return;
      }
    },
    async close() {
      await served.close();
      await server.close();
    },
  };
}

/** A flag with a text for each variant, on in production for those of a plan. */
export const flagOf = (key: string, more: Partial<FlagDefinition> = {}): FlagDefinition => ({
  key,
  type: 'string',
  variants: { off: 'old', on: 'new' },
  default: 'off',
  environments: {
    production: {
      isOn: true,
      rules: [{ id: 'pros', condition: { plan: 'pro' }, serve: { variant: 'on' } }],
    },
  },
  ...more,
});

/** Reads server-sent events one after the other. */
export async function openStream(url: string, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    /** The next event; null once the stream has ended. */
    async next(): Promise<{ readonly event: string; readonly data: string } | null> {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end !== -1) {
          const block = text.slice(0, end);
          text = text.slice(end + 2);
          const event = /^event: (.*)$/m.exec(block)?.[1];
          if (event !== undefined) return { event, data: /^data: (.*)$/m.exec(block)?.[1] ?? '' };
          continue;
        }
        const { value, done } = await reader.read();
        if (done) return null;
        text += value;
      }
    },
    close: () => stop.abort(),
  };
}
