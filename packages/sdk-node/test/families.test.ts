import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  authEvents,
  billingEvents,
  jobEvents,
  systemEvents,
  toMinorUnits,
} from '../src/families.js';
import { ANA, openServed, type Served } from './served.js';
import { contextOf } from '../src/index.js';

let served: Served;
beforeEach(async () => {
  served = await openServed({ service: 'billing' });
});
afterEach(() => served.close());

describe('given the families of events', () => {
  it('tells of accounts and sign-ins, of whoever asks', async () => {
    const auth = authEvents(served.px);
    served.px.withRequest(contextOf(ANA), () => {
      auth('login_failed', { method: 'password', reason: 'locked' });
      auth('logged_in', { method: 'google', first_time: true });
    });
    // @ts-expect-error a reason is said
    auth('login_failed', {}, { anonymousId: 'device' });
    // @ts-expect-error no such event
    auth('logged_inn', {});
    expect(await served.events()).toMatchObject([
      {
        event: 'login_failed',
        user_id: 'ana',
        properties: { method: 'password', reason: 'locked' },
      },
      { event: 'logged_in', user_id: 'ana', properties: { method: 'google', first_time: true } },
      { event: 'login_failed', anonymous_id: 'device' },
    ]);
  });

  it('tells of money in whole units, or that what was said is none', async () => {
    const billing = billingEvents(served.px);
    const ada = { userId: 'ada' };
    billing('invoice_paid', { amount: 1234, currency: 'eur', invoice_id: 'i-1' }, ada);
    billing('subscription_started', { plan: 'pro', interval: 'month' }, ada);
    billing('invoice_paid', { amount: 12.34, currency: 'EUR' }, ada);
    billing('refund_issued', { amount: 1234, currency: 'euro' }, ada);
    // @ts-expect-error a currency is said
    billing('invoice_paid', { amount: 1234 }, ada);
    billing('invoice_paid', undefined as never, ada);
    expect((await served.events()).map(({ event, properties }) => [event, properties])).toEqual([
      ['invoice_paid', { amount: 1234, currency: 'EUR', invoice_id: 'i-1' }],
      ['subscription_started', { plan: 'pro', interval: 'month' }],
      ['invoice_paid', { invalid_properties: ['amount'] }],
      ['refund_issued', { invalid_properties: ['currency'] }],
      ['invoice_paid', { invalid_properties: ['currency'] }],
      ['invoice_paid', {}],
    ]);
  });

  it.each([
    [12.34, 'EUR', 1234],
    [1.005, 'EUR', 101],
    [0.29, 'USD', 29],
    [4.35, 'USD', 435],
    [1234, 'JPY', 1234],
    [1.234, 'KWD', 1234],
    [-9.99, 'EUR', -999],
    [-1.005, 'EUR', -101],
    [12.34, 'no currency', 1234],
    [10_000_000.01, 'EUR', 1_000_000_001],
  ])('makes of %d %s %d of the smallest unit', (amount, currency, minor) => {
    expect(toMinorUnits(amount, currency)).toBe(minor);
  });

  it('runs a job, and tells how it ended: the service, or for somebody', async () => {
    const jobs = jobEvents(served.px);
    expect(await jobs.run('warm_cache', () => 7)).toBe(7);
    const answer: string = await jobs.run(
      'send_invoice',
      async () => {
        await Promise.resolve();
        served.px.track('invoice_sent');
        return 'sent';
      },
      { userId: 'ada', properties: { queue: 'mail', attempt: 2 } },
    );
    expect(answer).toBe('sent');
    const [warmed, sent, completed] = await served.events();
    expect(warmed).toMatchObject({
      event: 'job_completed',
      anonymous_id: 'service:billing',
      properties: { job: 'warm_cache' },
    });
    expect(warmed?.properties?.['duration_ms']).toBeGreaterThanOrEqual(0);
    expect(sent).toMatchObject({ event: 'invoice_sent', user_id: 'ada' });
    expect(completed).toMatchObject({
      event: 'job_completed',
      user_id: 'ada',
      properties: { job: 'send_invoice', queue: 'mail', attempt: 2 },
    });
  });

  it('throws what a job throws, and tells of it twice: that it failed, and why', async () => {
    const jobs = jobEvents(served.px);
    const thrown = new TypeError('no such invoice');
    const work = () => {
      throw thrown;
    };
    await expect(jobs.run('send_invoice', work, { userId: 'ada' })).rejects.toBe(thrown);
    const [error, failed] = await served.events();
    expect(error).toMatchObject({
      event: 'error',
      user_id: 'ada',
      properties: { job: 'send_invoice', handled: false, mechanism: 'job', type: 'TypeError' },
    });
    expect(failed).toMatchObject({
      event: 'job_failed',
      user_id: 'ada',
      properties: {
        job: 'send_invoice',
        reason: 'TypeError',
        error_group: error?.properties?.['group'],
      },
    });
  });

  it('tells of the service itself, whoever asks just then', async () => {
    const system = systemEvents(served.px);
    served.px.withRequest(contextOf(ANA), () =>
      system('dependency_failed', { dependency: 'postgres' }),
    );
    expect(await served.events()).toMatchObject([
      { event: 'dependency_failed', anonymous_id: 'service:billing' },
    ]);
    expect((await served.events())[0]).not.toHaveProperty('user_id');
  });
});
