import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, runPx, spawnPx, startPxDev, until, type PxDev } from './px-dev.js';
import { askCount, queryEngine } from './stored-rows.js';

const LINES = 20_000;

let folder: string;
let running: PxDev | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'px-import-'));
});
afterEach(async () => {
  await running?.stop('SIGKILL');
  running = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** An access log of five years ago, some of whose lines are equal. */
function accessLog(): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return Array.from({ length: LINES }, (_, line) => {
    const second = Math.floor(line / 4);
    const time = `${two(Math.floor(second / 3_600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
    return `203.0.113.${line % 2} - - [10/Oct/2021:${time} +0000] "GET /p/${second % 9} HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"\n`;
  }).join('');
}

describe('given px import, killed in the middle', () => {
  it(
    'goes on from there, and every line is stored exactly once',
    { timeout: 120_000 },
    async () => {
      const dataDir = join(folder, 'data');
      const px = (running = await startPxDev({ dataDir, port: await freePort() }));
      const file = join(folder, 'access.log');
      await writeFile(file, accessLog());
      const args = ['import', file, '--site', 'https://shop.example', '--url', px.url];
      args.push('--key', px.secretKey, '--state', join(folder, 'state'));

      const storedNow = async () =>
        (await askCount(px, { event: 'page_view', since: '2021-01-01' })).total.events;
      const first = spawnPx(args);
      const isWrittenDown = async () =>
        (await readdir(join(folder, 'state')).catch(() => [])).some((name) =>
          name.endsWith('.json'),
        );
      await until(
        async () => (await isWrittenDown()) && (await storedNow()) >= 2_000,
        60_000,
        'some are stored, and so it is written down',
      );
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      expect(await storedNow()).toBeLessThan(LINES);

      const second = await runPx(args);
      expect(second.output).toContain('going on after line');
      expect(second.output).toContain(`${LINES.toLocaleString('en')} events stored`);
      expect(second.code).toBe(0);
      const third = await runPx([...args, '--restart']);
      expect(third.code).toBe(0);
      await px.stop('SIGINT');

      const [counted] = await queryEngine<object>(
        dataDir,
        `SELECT count() AS rows, uniqExact(event_id) AS ids, uniqExact(distinct_id) AS visitors,
              toYear(min(timestamp)) AS year, uniqExact(browser) AS browsers FROM events FINAL`,
      );
      expect(counted).toEqual({ rows: LINES, ids: LINES, visitors: 2, year: 2021, browsers: 1 });
    },
  );
});
