import { documentOf, exposureOf, verdictOf } from '@px-platform/sdk-core/testing';
import { describe, expect, it } from 'vitest';
import { createServed } from './served.js';

describe('given verdicts that a server reached for one person', () => {
  const served = createServed({
    bootstrap: {
      revision: 7,
      user_id: 'u-1',
      flags: {
        title: verdictOf('Hello'),
        checkout: verdictOf('new', {
          variant: 'treatment',
          reason: 'experiment',
          experiment: 'checkout_flow_v2',
          inExperiment: true,
          exposures: [
            exposureOf({
              experiment: 'checkout_flow_v2',
              variant: 'treatment',
              phase: '0',
              flag: 'checkout',
              ruleId: 'half',
            }),
          ],
        }),
      },
    },
    attributes: { plan: 'pro' },
    defaults: { title: 'Default', later: 'Soon' },
  });

  it('reads them, and says of which publication they are', () => {
    expect(served.peekFlagDetails('title')).toMatchObject({
      value: 'Hello',
      reason: 'forced',
      revision: 7,
      isStale: false,
    });
    expect(served.peekExperiment('checkout_flow_v2')).toEqual({
      variant: 'treatment',
      value: 'new',
      inExperiment: true,
      reason: 'experiment',
    });
  });

  it('reads them for a context that says the same of the person, and not for another', () => {
    expect(served.peekFlag('title', { user_id: 'u-1', plan: 'pro' }, 'own')).toBe('Hello');
    expect(served.peekFlagDetails('checkout', { user_id: 'u-2' }, 'own')).toMatchObject({
      value: 'own',
      reason: 'context_mismatch',
    });
    expect(served.peekFlag('checkout', { plan: 'free' }, 'own')).toBe('own');
  });

  it('has the defaults of the options, then the fallback, for what it does not know', () => {
    expect(served.peekFlag('later', undefined, 'own')).toBe('Soon');
    expect(served.peekFlagDetails('nowhere', undefined, 'own')).toMatchObject({
      value: 'own',
      reason: 'unknown',
    });
    expect(served.peekFlag('toString', undefined, 'own')).toBe('own');
    expect(served.peekExperiment('nowhere')).toMatchObject({ variant: null, inExperiment: false });
  });
});

describe('given a document', () => {
  const document = documentOf(
    {
      beta: {
        defaultValue: false,
        rules: [{ id: 'pros', condition: { plan: 'pro' }, force: true }],
      },
      mine: { defaultValue: 0, rules: [{ id: 'me', condition: { id: 'u-1' }, force: 1 }] },
    },
    3,
  );

  it('decides by what the server knew, and what the call says', () => {
    const served = createServed({ bootstrap: document, attributes: { user_id: 'u-1' } });
    expect(served.peekFlag('beta')).toBe(false);
    expect(served.peekFlag('beta', { plan: 'pro' })).toBe(true);
    expect(served.peekFlag('mine')).toBe(1);
    expect(served.peekFlag('mine', { user_id: 'u-2' })).toBe(0);
  });
});

describe('given nothing', () => {
  it('has fallbacks, and is loading', () => {
    expect(createServed({}).peekFlagDetails('title', undefined, 'own')).toMatchObject({
      value: 'own',
      reason: 'loading',
      isStale: true,
      revision: 0,
    });
  });
});
