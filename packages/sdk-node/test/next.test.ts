import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pxNext, pxOnRequestError } from '../src/next.js';
import { ANA, OF_ANA, openServed, TRACE, type Served } from './served.js';

let served: Served;
beforeEach(async () => {
  served = await openServed();
});
afterEach(() => served.close());

/** Serves a handler of the web's requests. */
const serve = (handler: (request: Request) => Promise<Response>) =>
  served.listen((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = new Request(`http://shop.example${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers: incoming.headers as Record<string, string>,
    });
    handler(request).then(
      async (response) => {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(await response.text());
      },
      () => outgoing.writeHead(500).end(),
    );
  });

describe('given handlers of Next', () => {
  it("puts what a route handler tracks on the person's visit, and sends it once it has answered", async () => {
    const tasks: (() => Promise<void>)[] = [];
    const withPx = pxNext(served.px, { after: (task) => void tasks.push(task) });
    const url = await serve(
      withPx(async () => {
        await wait(5);
        served.px.track('invoice_paid', { amount: 12 });
        return Response.json({ paid: true });
      }),
    );
    expect(await (await fetch(`${url}/pay`, { headers: ANA })).json()).toEqual({ paid: true });
    expect(served.collector.events()).toEqual([]);
    expect(tasks).toHaveLength(1);
    await tasks[0]?.();
    expect(served.collector.events()).toMatchObject([{ event: 'invoice_paid', ...OF_ANA }]);
  });

  it('knows whom a server action is called by', async () => {
    const promises: Promise<void>[] = [];
    const withPx = pxNext(served.px, {
      headers: () => Promise.resolve(new Headers({ ...ANA, 'x-forwarded-for': '192.0.2.1' })),
      waitUntil: (promise) => void promises.push(promise),
      trustedProxies: 1,
    });
    const pay = withPx((form: FormData) => {
      served.px.track('invoice_paid', { amount: Number(form.get('amount')) });
      return 'paid';
    });
    const form = new FormData();
    form.set('amount', '12');
    const answer: string = await pay(form);
    expect(answer).toBe('paid');
    await Promise.all(promises);
    expect(served.collector.events()).toMatchObject([
      { properties: { amount: 12 }, ...OF_ANA, context: { ip: '192.0.2.1' } },
    ]);
  });

  it('tells of errors and of failures, and throws on', async () => {
    const withPx = pxNext(served.px, { requestEvents: true });
    const url = await serve(
      withPx(() => Promise.reject<Response>(new TypeError('rejected')), { route: '/users/[id]' }),
    );
    expect((await fetch(`${url}/users/42`, { headers: ANA })).status).toBe(500);
    const about = { method: 'GET', route: '/users/[id]' };
    expect(await served.events()).toMatchObject([
      { event: 'error', ...OF_ANA, properties: { ...about, handled: false, mechanism: 'next' } },
      { event: 'request', ...OF_ANA, properties: { ...about, status: 500 } },
    ]);
  });

  it.each(['NEXT_REDIRECT;replace;/;307;', 'NEXT_HTTP_ERROR_FALLBACK;404', 'DYNAMIC_SERVER_USAGE'])(
    'takes %s for an answer, not for an error',
    async (digest) => {
      const thrown = Object.assign(new Error('redirect'), { digest });
      const act = pxNext(served.px)(() => {
        throw thrown;
      });
      await expect(act()).rejects.toBe(thrown);
      await pxOnRequestError(served.px)(
        thrown,
        { method: 'GET', headers: {} },
        { routePath: '/', routeType: 'render' },
      );
      expect(await served.events()).toEqual([]);
    },
  );

  it('works where there is no request, and where nothing waits', async () => {
    const withPx = pxNext(served.px, {
      headers: () => Promise.reject(new Error('outside a request')),
      after: () => {
        throw new Error('outside a request');
      },
    });
    expect(await withPx(() => 7)()).toBe(7);
  });

  it('tells of what Next has caught, once', async () => {
    const error = new TypeError('thrown in a page');
    const about = { routePath: '/app/cart', routeType: 'render' };
    const tell = pxOnRequestError(served.px);
    await tell(error, { method: 'GET', headers: ANA }, about);
    await tell(error, { method: 'GET', headers: ANA }, about);
    expect(served.collector.events()).toMatchObject([
      {
        ...OF_ANA,
        context: { trace_id: TRACE },
        properties: { route: '/app/cart', route_type: 'render', mechanism: 'next' },
      },
    ]);
  });
});
