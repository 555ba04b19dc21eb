import { describe, expect, it } from 'vitest';
import { recordedAnalytics } from '../recorded-analytics.js';
import { createSignUp } from './sign-up.js';

const account = { email: 'Ida@Night.example', password: 'a long night' };
const aboutYou = { name: 'Ida', phone: '(030) 555-0199' };

function begun() {
  const analytics = recordedAnalytics();
  return { analytics, signUp: createSignUp({ analytics }) };
}

describe('signing up', () => {
  it('leaves the whole funnel behind, in order, with the person known before the last event', () => {
    const { analytics, signUp } = begun();
    signUp.view(1, 'header');
    signUp.type(account);
    signUp.submit(1);
    signUp.view(2, 'header');
    signUp.type({ ...aboutYou, phone: '030 555 0199' });
    signUp.submit(2);
    signUp.type(aboutYou);
    signUp.submit(2);
    signUp.view(3, 'header');
    signUp.type({ plan: 'doze', interests: ['sip'] });
    const outcome = signUp.submit(3);

    const userId = 'cust_1132c055';
    expect(analytics.calls).toEqual([
      ['signup_started', { from: 'header' }],
      ['signup_step_viewed', { step: 1, step_name: 'account' }],
      ['signup_step_completed', { step: 1, step_name: 'account' }],
      ['signup_step_viewed', { step: 2, step_name: 'about_you' }],
      [
        'signup_step_failed',
        { step: 2, step_name: 'about_you', field: 'phone', reason: 'invalid_format' },
      ],
      ['signup_step_completed', { step: 2, step_name: 'about_you' }],
      ['signup_step_viewed', { step: 3, step_name: 'preferences' }],
      ['signup_step_completed', { step: 3, step_name: 'preferences' }],
      ['identify', { userId, traits: { name: 'Ida', plan: 'doze', interests: ['sip'] } }],
      ['signup_completed', { plan: 'doze' }],
    ]);
    expect(outcome).toEqual({
      status: 'joined',
      customer: {
        id: userId,
        name: 'Ida',
        email: 'ida@night.example',
        plan: 'doze',
        interests: ['sip'],
      },
    });
  });

  it('counts one failure an attempt, named by the first field', () => {
    const { analytics, signUp } = begun();
    const outcome = signUp.submit(1);
    expect(outcome.status === 'refused' && outcome.issues).toHaveLength(2);
    expect(analytics.calls).toEqual([
      ['signup_step_failed', { step: 1, step_name: 'account', field: 'email', reason: 'required' }],
    ]);
  });

  it('starts once, however often the first step is looked at', () => {
    const { analytics, signUp } = begun();
    signUp.view(1, 'cart');
    signUp.view(1, 'header');
    expect(analytics.calls.filter(([name]) => name === 'signup_started')).toHaveLength(1);
  });

  it('never lets anyone past a step that is not done', () => {
    const { signUp } = begun();
    expect(signUp.reachable(3)).toBe(1);
    signUp.type(account);
    expect(signUp.reachable(3)).toBe(2);
    expect(signUp.reachable(1)).toBe(1);
  });

  it('forgets the password once somebody has joined', () => {
    const { signUp } = begun();
    signUp.type({ ...account, ...aboutYou, plan: 'nap' });
    signUp.submit(3);
    expect(signUp.draft().password).toBe('');
    expect(signUp.reachable(2)).toBe(1);
  });

  it('knows the same e-mail address as the same person', () => {
    const ids = ['IDA@night.example ', 'ida@night.example'].map((email) => {
      const { signUp } = begun();
      signUp.type({ ...account, ...aboutYou, email, plan: 'nap' });
      const outcome = signUp.submit(3);
      return outcome.status === 'joined' ? outcome.customer.id : null;
    });
    expect(ids[0]).toBe(ids[1]);
  });
});
