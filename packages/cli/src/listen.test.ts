import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { UsageError } from './config.js';
import { listen, type Listening } from './listen.js';

let listening: Listening | undefined;
afterEach(async () => {
  await listening?.close();
  listening = undefined;
});

const take = (port: number) => listen({ host: '127.0.0.1', port, option: '--port' });

describe('given a port', () => {
  it('answers 503 with Retry-After until there is something to serve', async () => {
    listening = await take(0);
    const url = `http://127.0.0.1:${listening.port}/v1/batch`;
    const early = await fetch(url, { method: 'POST', body: '{}' });
    expect(early.status).toBe(503);
    expect(early.headers.get('retry-after')).toBe('1');
    expect(await early.json()).toMatchObject({ code: 'unavailable' });

    listening.serve((_request, response) => response.end('served'));
    expect(await (await fetch(url)).text()).toBe('served');
  });

  it('says that it is taken, and what to type instead', async () => {
    listening = await take(0);
    const { port } = listening;
    await expect(take(port)).rejects.toThrow(UsageError);
    await expect(take(port)).rejects.toThrow(`--port ${port + 100}`);
  });

  it('says that an address is not of this machine', async () => {
    const elsewhere = listen({ host: '192.0.2.1', port: 0, option: '--port' });
    await expect(elsewhere).rejects.toThrow(UsageError);
    await expect(elsewhere).rejects.toThrow('--host "192.0.2.1"');
  });

  it('lets a request under way finish before it closes', async () => {
    listening = await take(0);
    let finish = () => {};
    const arrived = new Promise<void>((resolve) => {
      listening?.serve((_request, response) => {
        finish = () => response.end('finished');
        resolve();
      });
    });
    const answer = new Promise<string>((resolve, reject) => {
      request(`http://127.0.0.1:${listening?.port}/`, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    await arrived;
    const closed = listening.close();
    finish();
    expect(await answer).toBe('finished');
    await closed;
  });
});
