import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, runPx, startPxDev, type PxDev } from './px-dev.js';
import { askCount } from './stored-rows.js';

let dataDir: string;
let running: PxDev | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'px-cli-'));
});
afterEach(async () => {
  await running?.stop('SIGKILL');
  running = undefined;
  await rm(dataDir, { recursive: true, force: true });
});

const send = (px: PxDev, ...events: object[]) =>
  fetch(`${px.url}/v1/batch`, {
    method: 'POST',
    headers: { 'x-api-key': px.writeKey },
    body: JSON.stringify({ events }),
  });

describe('given px dev', () => {
  it('prints in a few lines the addresses, the key, a snippet and a curl that work; and exits 0 on Ctrl-C', async () => {
    const port = await freePort();
    const px = (running = await startPxDev({ dataDir, port }));
    const text = px.output();
    for (const words of [px.url, px.shopUrl, px.writeKey, '<script src=', 'curl ', 'endpoint:']) {
      expect(text).toContain(words);
    }
    expect(text.split('\n').length).toBeLessThan(25);
    expect((await fetch(px.url)).status).toBe(200);
    expect((await fetch(px.shopUrl)).status).toBe(200);
    expect(await (await fetch(`${px.url}/px.js`)).text()).toContain('PX');

    const curl = /-d '(.*)'/.exec(text)?.[1] ?? '';
    const response = await fetch(`${px.url}/v1/batch`, {
      method: 'POST',
      headers: { 'x-api-key': px.writeKey, 'content-type': 'application/x-www-form-urlencoded' },
      body: curl,
    });
    expect(await response.json()).toMatchObject({ accepted: 1, results: [] });
    expect(await px.stop('SIGINT')).toBe(0);
    expect(px.output()).toContain('Nothing is lost');
  });

  it('keeps data and keys from one start to the next, and forgets both on --reset', async () => {
    const port = await freePort();
    const first = (running = await startPxDev({ dataDir, port }));
    await send(first, { event: 'kept', user_id: 'u' });
    await first.stop('SIGTERM');

    const second = (running = await startPxDev({ dataDir, port }));
    expect(second.writeKey).toBe(first.writeKey);
    expect((await askCount(second, { event: 'kept' })).total.events).toBe(1);
    await second.stop('SIGINT');

    await writeFile(join(dataDir, 'mine.txt'), 'not PX’s to delete');
    const third = (running = await startPxDev({ dataDir, port, args: ['--reset'] }));
    expect(third.writeKey).not.toBe(first.writeKey);
    expect((await askCount(third, {})).total.events).toBe(0);
    expect(existsSync(join(dataDir, 'mine.txt'))).toBe(true);
    await third.stop('SIGINT');
  });

  it('says that a port is taken and offers another', async () => {
    const port = await freePort();
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
    const { code, output } = await runPx(['dev', '--port', String(port), '--data', dataDir]);
    blocker.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} is taken`);
    expect(output).toContain('--port');
    expect(output).not.toContain('    at ');
  });

  it('says which process holds a data folder', async () => {
    const px = (running = await startPxDev({ dataDir, port: await freePort() }));
    const { code, output } = await runPx([
      'dev',
      '--port',
      String(await freePort()),
      '--data',
      dataDir,
    ]);
    expect(code).toBe(1);
    expect(output).toMatch(/in use by process \d+/);
    expect(output).not.toContain('    at ');
    expect(await px.stop('SIGINT')).toBe(0);
  });

  it.each([
    [['dev', '--port', 'eighty'], 'is not a port'],
    [['dev', '--prot', '80'], '--prot'],
    [['develop'], 'there is no command "develop"'],
  ])('explains %j', async (args, words) => {
    const { code, output } = await runPx(args);
    expect(code).toBe(1);
    expect(output).toContain(words);
    expect(output).not.toContain('    at ');
  });
});
