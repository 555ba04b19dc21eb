import express from 'express';
import { serve } from '@px-platform/test-services';
import type { BatchResult, ErrorAnswer } from '@px-platform/protocol';
import type { EventLog, KeyGrant } from '@px-platform/store';
import { createCollector, type CollectorDeps } from '../src/index.js';

const WRITE: KeyGrant = {
  kind: 'write',
  tenant_id: 't',
  project_id: 'shop',
  origins: [],
  environment: 'production',
  flags_mode: 'rules',
  tier: 'enterprise',
  events_per_hour: null,
};
const GRANTS: Readonly<Record<string, KeyGrant>> = {
  write: WRITE,
  free: { ...WRITE, tier: 'free' },
  secret: { ...WRITE, kind: 'secret' },
};

/** A collector on a port of its own, behind one proxy whose word on addresses is taken; its keys are `write`, `free`, `secret`. */
export async function runCollector(
  deps: Partial<CollectorDeps> & { readonly append?: EventLog['append'] } = {},
) {
  const { append = async () => {} } = deps;
  const said: { readonly facts: object; readonly message: string }[] = [];
  const say = (facts: object, message: string) => void said.push({ facts, message });
  const app = express();
  app.set('trust proxy', 1);
  app.use(
    createCollector({
      catalog: { findKey: async (key) => GRANTS[key] ?? null },
      eventLog: { append, isReady: () => true },
      log: { info: say, warn: say, error: say },
      ...deps,
    }),
  );
  const { url, close } = await serve(app);

  return {
    url,
    close,
    said,
    /** Sends so many good events with a key, or a body as it is. */
    async send(
      body: number | string,
      { key = 'write', headers = {} }: { key?: string; headers?: Record<string, string> } = {},
    ) {
      const events = Array.from({ length: Number(body) }, () => ({ event: 'e', user_id: 'u' }));
      const response = await fetch(`${url}/v1/batch`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify({ events }),
        headers: { 'x-api-key': key, ...headers },
      });
      const answer = (await response.json()) as Partial<BatchResult & ErrorAnswer>;
      return { status: response.status, headers: response.headers, answer };
    },
  };
}
