import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import express, { Router, type Request, type Response } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pxErrors, pxRequests, type RequestOptions } from '../src/express.js';
import { ANA, OF_ANA, openServed, TRACE, type Served } from './served.js';

let served: Served;
beforeEach(async () => {
  served = await openServed();
});
afterEach(() => served.close());

const serve = (route: (app: express.Express) => void, options: RequestOptions<Request> = {}) => {
  const app = express().use(pxRequests(served.px, options));
  route(app);
  app.use(pxErrors(served.px));
  app.use((_error: unknown, _request: Request, response: Response, _next: () => void) => {
    response.status(500).end('own answer');
  });
  return served.listen(app);
};
const told = async (count: number) => {
  await vi.waitFor(() => expect(served.px.stats().accepted).toBe(count), { timeout: 10_000 });
  return served.events();
};

describe('given an Express app', () => {
  it("puts what a handler tracks on the person's visit, whatever it waited for", async () => {
    const url = await serve((app) => {
      app.use(express.json());
      app.post('/pay', async (request, response) => {
        await wait(5);
        served.px.track('invoice_paid', { amount: (request.body as { amount: number }).amount });
        response.end();
      });
    });
    const headers = { ...ANA, 'content-type': 'application/json' };
    await fetch(`${url}/pay`, { method: 'POST', headers, body: '{"amount":12}' });
    expect(await told(1)).toMatchObject([
      { event: 'invoice_paid', properties: { amount: 12 }, ...OF_ANA },
    ]);
  });

  it('keeps requests apart that are answered at the same time', async () => {
    const url = await serve((app) =>
      app.get('/', async (request, response) => {
        await wait(Number(request.query['ms']));
        served.px.track('done', { said: request.headers['px-user-id'] });
        response.end();
      }),
    );
    await Promise.all(
      Array.from({ length: 20 }, (_, nth) =>
        fetch(`${url}/?ms=${(nth * 7) % 20}`, { headers: { 'px-user-id': `user-${nth}` } }),
      ),
    );
    const events = await told(20);
    expect(events.map(({ user_id }) => user_id)).toEqual(
      events.map(({ properties }) => properties?.['said']),
    );
  });

  it('holds to whom the app knows, and to the address it believes', async () => {
    const url = await serve(
      (app) => {
        app.set('trust proxy', 1);
        app.get('/', (_, response) => {
          served.px.track('seen');
          response.end();
        });
      },
      { userId: ({ headers }) => headers.authorization },
    );
    const forwarded = { ...ANA, 'x-forwarded-for': '6.6.6.6, 192.0.2.1' };
    await fetch(url, { headers: { ...forwarded, authorization: 'bob' } });
    await fetch(url, { headers: forwarded });
    const [bob, nobody] = await told(2);
    expect(bob).toMatchObject({ user_id: 'bob', context: { ip: '192.0.2.1', trace_id: TRACE } });
    expect(bob).not.toHaveProperty('anonymous_id');
    expect(nobody).toMatchObject({ anonymous_id: 'device' });
    expect(nobody).not.toHaveProperty('user_id');
  });

  it('knows nobody where it fails to ask, and says so', async () => {
    const url = await serve((app) => app.get('/', (_, response) => void response.end('ok')), {
      userId: () => {
        throw new Error('no store');
      },
    });
    expect(await (await fetch(url, { headers: ANA })).text()).toBe('ok');
    expect(await told(1)).toMatchObject([
      { event: 'error', properties: { message: 'no store', handled: true } },
    ]);
  });

  it('says of a page load which page, and from where', async () => {
    const url = await serve((app) =>
      app.get('/cart', (_, response) => {
        served.px.page({ title: 'Cart' });
        response.end();
      }),
    );
    // `fetch` says by itself that it loads no page.
    await once(get(`${url}/cart?a=1`, { headers: { ...ANA, accept: 'text/html' } }), 'response');
    expect(await told(1)).toMatchObject([
      { context: { page: { url: `${url}/cart?a=1`, referrer: ANA.referer, title: 'Cart' } } },
    ]);
  });

  it('tells of errors, thrown or passed on, and leaves the answer to the app', async () => {
    const url = await serve((app) => {
      const orders = Router({ mergeParams: true });
      orders.get('/orders/:order', () => Promise.reject(new TypeError('rejected')));
      app.use('/v1/users/:user', orders);
      app.get('/thrown', () => {
        throw new RangeError('thrown');
      });
      app.get('/told', (_request, _response, next) => {
        const error = new Error('told');
        served.px.captureError(error, { step: 'pay' });
        next(error);
      });
      app.get('/missing', (_request, _response, next) =>
        next(Object.assign(new Error('no such thing'), { status: 404 })),
      );
    });
    for (const path of ['/v1/users/42/orders/7', '/thrown', '/told', '/missing'])
      expect(await (await fetch(url + path, { headers: ANA })).text()).toBe('own answer');
    const [rejected, ...others] = await told(3);
    expect(rejected).toMatchObject({
      event: 'error',
      ...OF_ANA,
      properties: {
        handled: false,
        mechanism: 'express',
        method: 'GET',
        route: '/v1/users/:id/orders/:order',
        status: 500,
        type: 'TypeError',
        message: 'rejected',
        count: 1,
      },
    });
    expect(others).toMatchObject([
      { properties: { message: 'thrown', route: '/thrown' } },
      { properties: { message: 'told', step: 'pay', handled: true } },
    ]);
  });

  it('tells of slow and failed requests by their route, where that was asked for', async () => {
    const orders = Router();
    orders.get('/:order', (_, response) => void response.status(503).end());
    const url = await serve(
      (app) => {
        app.use('/users/:user/orders', orders);
        app.get('/fast', (_, response) => void response.end());
        app.get('/slow', async (_, response) => {
          await wait(40);
          response.end();
        });
      },
      { requestEvents: { slowMs: 30 } },
    );
    await fetch(`${url}/users/ana%40shop/orders/7`, { headers: ANA });
    await fetch(`${url}/fast`);
    await fetch(`${url}/nowhere`);
    await fetch(`${url}/slow`);
    const [failed, slow] = await told(2);
    expect(failed).toMatchObject({
      event: 'request',
      ...OF_ANA,
      properties: { method: 'GET', route: '/users/:id/orders/:order', status: 503, sample_rate: 1 },
    });
    expect(slow).toMatchObject({
      anonymous_id: 'service:server',
      properties: { route: '/slow', status: 200 },
    });
    expect(slow?.properties?.['duration_ms']).toBeGreaterThanOrEqual(30);
  });

  it('tells of a share of the others, and that it is one', async () => {
    const draws = [0.3, 0.1, 0.9];
    const url = await serve((app) => app.get('/', (_, response) => void response.end()), {
      requestEvents: { slowMs: 60_000, sample: 0.25, random: () => draws.shift() ?? 1 },
    });
    for (let nth = 0; nth < 3; nth += 1) await fetch(url);
    expect(await told(1)).toMatchObject([{ properties: { sample_rate: 0.25, route: '/' } }]);
  });

  it('tells of one that was given up', async () => {
    const gone = new AbortController();
    const url = await serve((app) => app.get('/', () => gone.abort()), {
      requestEvents: { slowMs: 0 },
    });
    await expect(fetch(url, { signal: gone.signal })).rejects.toThrow(/abort/);
    expect(await told(1)).toMatchObject([{ properties: { aborted: true } }]);
  });
});
