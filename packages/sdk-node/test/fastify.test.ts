import { setTimeout as wait } from 'node:timers/promises';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pxFastify, type RequestOptions } from '../src/fastify.js';
import { ANA, OF_ANA, openServed, type Served } from './served.js';

let served: Served;
let app: FastifyInstance;
beforeEach(async () => {
  served = await openServed();
});
afterEach(async () => {
  await app.close();
  await served.close();
});

const serve = (
  route: (app: FastifyInstance) => void,
  options: RequestOptions<FastifyRequest> = {},
) => {
  app = fastify();
  app.register(pxFastify(served.px, options));
  // In a context of its own, as routes usually are.
  app.register((child, _, done) => {
    route(child);
    done();
  });
  return app.listen({ port: 0, host: '127.0.0.1' });
};
const told = async (count: number) => {
  await vi.waitFor(() => expect(served.px.stats().accepted).toBe(count), { timeout: 10_000 });
  return served.events();
};

describe('given a Fastify app', () => {
  it("puts what a handler tracks on the person's visit, with a body or without", async () => {
    const url = await serve((routes) => {
      routes.post('/pay', async ({ body }) => {
        await wait(5);
        served.px.track('invoice_paid', { amount: (body as { amount: number }).amount });
        return {};
      });
      routes.get('/seen', () => {
        served.px.track('seen');
        return {};
      });
    });
    const headers = { ...ANA, 'content-type': 'application/json' };
    await fetch(`${url}/pay`, { method: 'POST', headers, body: '{"amount":12}' });
    await fetch(`${url}/seen`, { headers: ANA });
    expect(await told(2)).toMatchObject([
      { event: 'invoice_paid', properties: { amount: 12 }, ...OF_ANA },
      { event: 'seen', ...OF_ANA },
    ]);
  });

  it('holds to whom the app knows by the time that the handler runs', async () => {
    const users = new WeakMap<FastifyRequest, string>();
    const url = await serve(
      (routes) => {
        routes.addHook('onRequest', async (request) => {
          await wait(1);
          users.set(request, 'bob');
        });
        routes.get('/', () => {
          served.px.track('seen');
          return {};
        });
      },
      { userId: (request) => users.get(request) },
    );
    await fetch(url, { headers: ANA });
    const [event] = await told(1);
    expect(event).toMatchObject({ user_id: 'bob' });
    expect(event).not.toHaveProperty('anonymous_id');
  });

  it('tells of errors and of failed requests, by their route', async () => {
    const url = await serve(
      (routes) => {
        routes.get('/users/:user', () => {
          throw new TypeError('thrown');
        });
        routes.get('/missing', () => {
          throw Object.assign(new Error('no such thing'), { statusCode: 404 });
        });
      },
      { requestEvents: true },
    );
    expect((await fetch(`${url}/users/42`, { headers: ANA })).status).toBe(500);
    expect((await fetch(`${url}/missing`, { headers: ANA })).status).toBe(404);
    const about = { method: 'GET', route: '/users/:user', status: 500 };
    const [error, request] = await told(2);
    expect(error).toMatchObject({
      event: 'error',
      ...OF_ANA,
      properties: { ...about, handled: false, mechanism: 'fastify', message: 'thrown' },
    });
    expect(request).toMatchObject({ event: 'request', ...OF_ANA, properties: about });
    expect(request?.properties).not.toHaveProperty('aborted');
  });
});
