import { afterAll, describe, expect, expectTypeOf, it } from 'vitest';
import { createClient, createFlags, type NodeClient, type Unlisted } from '../src/index.js';

interface Shop {
  readonly flags: { new_onboarding: boolean; checkout_copy: 'short' | 'long' };
  readonly experiments: { checkout_flow_v2: { variant: 'control' | 'one_page'; value: boolean } };
  readonly events: {
    invoice_paid: { amount: number; currency?: 'EUR' | 'BRL' };
    job_done: { ms?: number };
  };
}

const log = { error() {}, warn() {} };
const options = { apiKey: 'px_k', endpoint: 'http://127.0.0.1:9', flags: false, log } as const;
const px = createClient<Shop>(options);
const loose = createClient(options);
const ada = { userId: 'ada' };
afterAll(async () => {
  await px.shutdown({ timeoutMs: 0 });
  await loose.shutdown({ timeoutMs: 0 });
});

describe('given the types of a project', () => {
  it('checks names and properties of events, within a request and without', () => {
    for (const verbs of [px, px.forRequest(ada)]) {
      verbs.track('invoice_paid', { amount: 12, currency: 'EUR' }, ada);
      verbs.track('job_done', undefined, ada);
      verbs.track('page_view', { any: 'thing' }, ada);
      verbs.track('from_the_old_job' as Unlisted, { step: 2 }, ada);
      // @ts-expect-error no such event
      verbs.track('invoice_payed', { amount: 12 }, ada);
      // @ts-expect-error one is missing
      verbs.track('invoice_paid', {}, ada);
      // @ts-expect-error another value
      verbs.track('invoice_paid', { amount: 12, currency: 'XYZ' }, ada);
      // @ts-expect-error one that it does not have
      verbs.track('job_done', { seconds: 2 }, ada);
      // @ts-expect-error no such detail
      verbs.track('job_done', {}, { user: 'ada' });
    }
    // Types alone say no: at run time each call is taken.
    expect(px.stats().accepted).toBe(18);
  });

  it('checks flags and experiments, within a request and without', async () => {
    const person = await px.flags.evaluate({ user_id: 'ada' });
    for (const reads of [px, px.forRequest(ada), px.flags, person]) {
      expectTypeOf(reads.getFlag('checkout_copy', {}, 'short')).toEqualTypeOf<'short' | 'long'>();
      const { variant } = reads.getExperiment('checkout_flow_v2', {});
      expectTypeOf(variant).toEqualTypeOf<'control' | 'one_page' | null>();
      // @ts-expect-error no such flag
      reads.getFlag('new_onbording', {}, false);
      // @ts-expect-error another type
      reads.getFlag('new_onboarding', {}, 'yes');
      // @ts-expect-error no such experiment
      reads.getExperiment('checkout_flow_v3', {});
    }
    const flags = createFlags<Shop>({ ...options, apiKey: '' });
    expectTypeOf(flags.getFlag('new_onboarding')).toEqualTypeOf<boolean | undefined>();
    flags.close();
  });

  it('is asked for nothing where none are said', () => {
    loose.track('anything', { of: ['any', 'kind'] }, ada);
    expectTypeOf(loose.getFlag('any', {}, 3)).toEqualTypeOf<number>();
    expectTypeOf(loose.getExperiment('any').variant).toEqualTypeOf<string | null>();
    const typed: NodeClient<Shop> = loose;
    expect(typed).toBe(loose);
  });
});
