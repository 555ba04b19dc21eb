import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startPxDev, until, type PxDev } from './px-dev.js';

const executablePath = findChromium();
const EXAMPLE = fileURLToPath(new URL('../../examples/node-express/src/main.js', import.meta.url));

interface Moment {
  readonly event: string;
  readonly session_id: string;
  readonly distinct_id: string;
  readonly browser: string;
  readonly page_path: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

describe.skipIf(executablePath === null)(
  'given a page, and the Express service that it asks',
  () => {
    let dataDir: string;
    let px: PxDev;
    let service: ChildProcess;
    let printed = '';
    let browser: Browser;
    let page: Page;
    const traces = new Map<string, string>();

    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'px-express-'));
      px = await startPxDev({ dataDir, port: await freePort(), args: ['--no-shop'] });
      service = spawn(process.execPath, [EXAMPLE], {
        env: {
          ...process.env,
          PORT: '0',
          PX_ENDPOINT: px.url,
          PX_WRITE_KEY: px.writeKey,
          PX_SECRET_KEY: px.secretKey,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [service.stdout, service.stderr])
        stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      await until(() => printed.includes('http://'), 20_000, 'the service listens');
      browser = await launchChromium(executablePath);
      page = await browser.newPage();
      page.on('request', (request) => {
        const { pathname } = new URL(request.url());
        traces.set(pathname, request.headers()['traceparent'] ?? '');
      });
      await page.goto(/http:\S+/.exec(printed)?.[0] ?? '');
    });
    afterAll(async () => {
      await browser?.close();
      service?.kill('SIGKILL');
      await px?.stop('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    });

    const timeline = async (): Promise<readonly Moment[]> => {
      const response = await fetch(`${px.url}/v1/questions/timeline?user_id=ana`, {
        headers: { authorization: `Bearer ${px.secretKey}` },
      });
      const { rows } = (await response.json()) as { rows: Moment[] };
      return rows.reverse();
    };
    const order = async (drink: string) => {
      await page.getByRole('button', { name: drink }).click();
      await page.getByRole('status').filter({ hasText: drink.toLowerCase() }).waitFor();
    };
    const traceOf = (path: string) => traces.get(path)?.split('-')[1];

    it('has what both tell on one timeline, in one visit, with the trace of the request', async () => {
      await order('Espresso');
      await page.getByRole('button', { name: 'I am Ana' }).click();
      await order('Flat white');
      await until(
        async () => (await timeline()).filter(({ event }) => event === 'order_placed').length === 2,
        20_000,
        'both orders are on the timeline',
      );
      const moments = await timeline();
      const told = moments.filter(
        ({ event }) => event.startsWith('order_') || event === '$identify',
      );
      expect(told.map(({ event }) => event)).toEqual([
        'order_chosen',
        'order_placed',
        '$identify',
        'order_chosen',
        'order_placed',
      ]);
      const [chosen, placed, , , known] = told;
      expect(new Set(moments.map(({ session_id }) => session_id)).size).toBe(1);
      expect(placed).toMatchObject({
        session_id: chosen?.session_id,
        distinct_id: chosen?.distinct_id,
        // Of the person's browser, not of the service.
        browser: chosen?.browser,
        page_path: '/',
        properties: { drink: 'espresso', price: 240, trace_id: traceOf('/api/orders/espresso') },
      });
      expect(known).toMatchObject({
        distinct_id: 'ana',
        properties: { trace_id: traceOf('/api/orders/flat_white') },
      });
      expect(traceOf('/api/orders/espresso')).toMatch(/^[\da-f]{32}$/);
      // A file that is loaded is no request of a script.
      expect(traces.get('/px-config.js')).toBe('');
    });

    it('has what fails there, too, told from both sides', async () => {
      await order('Tea');
      const failures = async () =>
        (await timeline()).filter(({ event }) => ['error', 'request', 'network'].includes(event));
      await until(
        async () => (await failures()).length === 3,
        20_000,
        'three sides of one failure',
      );
      const byEvent = Object.fromEntries(
        (await failures()).map((moment) => [moment.event, moment]),
      );
      const trace_id = traceOf('/api/orders/tea');
      const about = { route: '/api/orders/:drink', method: 'POST', status: 500, trace_id };
      expect(byEvent).toMatchObject({
        error: { properties: { ...about, message: 'the machine makes no tea', handled: false } },
        request: { properties: about },
        network: { properties: { status: 500, method: 'POST' } },
      });
      expect(new Set(Object.values(byEvent).map(({ session_id }) => session_id)).size).toBe(1);
    });

    it('sends what it has as it is stopped', async () => {
      await order('Espresso');
      service.kill('SIGTERM');
      const [code] = (await once(service, 'exit')) as [number | null];
      expect(code).toBe(0);
      await until(
        async () => (await timeline()).filter(({ event }) => event === 'order_placed').length === 3,
        20_000,
        'the last order is stored',
      );
    });
  },
);
