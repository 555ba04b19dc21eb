import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startPxDev, until, type PxDev } from './px-dev.js';
import { askCount } from './stored-rows.js';

const executablePath = findChromium();

describe.skipIf(executablePath === null)(
  'given the snippet that px dev prints, in a page on another origin',
  () => {
    let dataDir: string;
    let px: PxDev;
    let browser: Browser;
    let site: Server;
    let html = '';

    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'px-snippet-'));
      px = await startPxDev({ dataDir, port: await freePort(), args: ['--no-shop'] });
      browser = await launchChromium(executablePath);
      site = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html');
        response.end(html);
      });
      await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    });
    afterAll(async () => {
      await browser?.close();
      site?.close();
      await px?.stop('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    });

    const siteUrl = () => `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;

    it('sends events as they are, without a preflight and without an error', async () => {
      const snippet = px
        .output()
        .split('\n')
        .filter((line) => line.includes('<script'))
        .join('\n');
      html = `<!doctype html><title>Mine</title>${snippet}<button onclick="PX.track('pasted', { n: 1 })">Go</button>`;
      const page = await browser.newPage();
      const complaints: string[] = [];
      const methods: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (request.url().includes('/v1/batch')) methods.push(request.method());
      });
      await page.goto(siteUrl());
      await page.getByRole('button').click();
      await until(async () => (await askCount(px, { event: 'pasted' })).total.events === 1, 15_000);
      expect((await askCount(px, { event: 'page_view', by: 'page_host' })).rows).toMatchObject([
        { value: new URL(siteUrl()).host, events: 1 },
      ]);
      expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
      expect(new Set(methods)).toEqual(new Set(['POST']));
      await page.close();
    });

    it('says once, in the console, what is wrong with a wrong key, and keeps the events', async () => {
      html = `<!doctype html><title>Mine</title><script src="${px.url}/px.js"></script>
      <script>PX.init({ apiKey: 'pxw_mistyped_key', projectId: 'shop', endpoint: '${px.url}' })</script>
      <button onclick="PX.track('patient')">Go</button>`;
      const context = await browser.newContext();
      const page = await context.newPage();
      const said: string[] = [];
      page.on('console', (message) => {
        if (message.text().startsWith('px:')) said.push(message.text());
      });
      await page.goto(siteUrl());
      await page.getByRole('button').click();
      await until(() => said.length > 0, 15_000);
      expect(said).toHaveLength(1);
      expect(said[0]).toContain('key');
      expect(said[0]).not.toContain('pxw_mistyped_key');

      // The key is mended; what was tracked under the wrong one arrives.
      html = html.replace('pxw_mistyped_key', px.writeKey);
      await page.goto(siteUrl());
      await until(
        async () => (await askCount(px, { event: 'patient' })).total.events === 1,
        20_000,
      );
      await context.close();
    });
  },
);
