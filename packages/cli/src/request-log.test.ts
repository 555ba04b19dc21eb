import express from 'express';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve, type Served } from '@px-platform/test-services';
import { requestLog } from './request-log.js';

let lines: string[];
let server: Served;

function run(level: string): Promise<Served> {
  const log = pino({ level }, { write: (line) => void lines.push(line) });
  const app = express();
  app.use(requestLog(log));
  app.use((request, response) => {
    response.status(202).json({ id: request.id });
  });
  return serve(app);
}

beforeEach(async () => {
  lines = [];
  server = await run('debug');
});
afterEach(() => server.close());

const ask = async (headers: Record<string, string> = {}) => {
  const response = await fetch(`${server.url}/v1/batch?key=pxw_secret`, { headers });
  const { id } = (await response.json()) as { id: string };
  return { id, told: response.headers.get('x-request-id') };
};

describe('given a log that nobody reads so closely', () => {
  it('gives ids all the same, and logs nothing', async () => {
    await server.close();
    server = await run('info');
    expect(await ask({ 'x-request-id': 'edge-1' })).toEqual({ id: 'edge-1', told: 'edge-1' });
    expect((await ask()).id).toMatch(/^[0-9a-f-]{36}$/);
    expect(lines).toEqual([]);
  });
});

describe('given a request', () => {
  it('gives it an id of its own, and tells the sender', async () => {
    const [one, other] = [await ask(), await ask()];
    expect(one.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(one.told).toBe(one.id);
    expect(other.id).not.toBe(one.id);
  });

  it('keeps the id that a proxy has given', async () => {
    expect(await ask({ 'x-request-id': 'edge-7.42' })).toEqual({
      id: 'edge-7.42',
      told: 'edge-7.42',
    });
  });

  it.each(['a b', 'x'.repeat(129), '{"level":60}', 'é'])('takes no id like %j', async (id) => {
    expect((await ask({ 'x-request-id': id })).id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('logs a line with id, path, status and time, and neither keys nor addresses', async () => {
    await ask({ 'x-request-id': 'edge-1', authorization: 'Bearer pxs_secret' });
    const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(line).toMatchObject({
      request_id: 'edge-1',
      req: { method: 'GET', path: '/v1/batch' },
      res: { status: 202 },
      responseTime: expect.any(Number) as number,
    });
    expect(lines.join('')).not.toMatch(/secret|127\.0\.0\.1/);
  });

  it.each(['/sub/pxw_secret', '/px/api/features/pxw_secret'])(
    'logs no key of an address that has one: %s',
    async (path) => {
      await fetch(server.url + path);
      expect(lines.join('')).toMatch(/"path":"(\/sub|\/px\/api\/features)\/-"/);
      expect(lines.join('')).not.toContain('secret');
    },
  );
});
