import { describe, expect, it } from 'vitest';
import { EMPTY_DRAFT, type Draft } from './draft.js';
import { validateStep } from './validate-step.js';

const draft = (typed: Partial<Draft>): Draft => ({ ...EMPTY_DRAFT, ...typed });
const reasons = (...args: Parameters<typeof validateStep>) =>
  validateStep(...args).map(({ field, reason }) => `${field}: ${reason}`);

describe('step 1, the account', () => {
  it('asks for both fields, e-mail first', () => {
    expect(reasons(1, EMPTY_DRAFT)).toEqual(['email: required', 'password: required']);
  });

  it.each(['ida', 'ida@', '@night.example', 'ida@night', 'i da@night.example'])(
    'does not take %s for an e-mail address',
    (email) => {
      expect(reasons(1, draft({ email, password: 'long enough' }))).toEqual([
        'email: invalid_email',
      ]);
    },
  );

  it('wants eight characters of password', () => {
    const email = 'ida@night.example';
    expect(reasons(1, draft({ email, password: '1234567' }))).toEqual(['password: too_short']);
    expect(reasons(1, draft({ email, password: '12345678' }))).toEqual([]);
  });
});

describe('step 2, about you (planted friction F1)', () => {
  it.each([
    '030 555 0199',
    '0305550199',
    '+49 30 5550199',
    '(030)555-0199',
    '030-555-0199',
    ' (030) 555-0199',
  ])('refuses the perfectly good number %s and does not say why', (phone) => {
    expect(validateStep(2, draft({ name: 'Ida', phone }))).toEqual([
      { field: 'phone', reason: 'invalid_format', message: 'Please check this field.' },
    ]);
  });

  it('takes the one format it likes', () => {
    expect(validateStep(2, draft({ name: 'Ida', phone: '(030) 555-0199' }))).toEqual([]);
  });

  it('asks for a name before it complains about the number', () => {
    expect(reasons(2, EMPTY_DRAFT)).toEqual(['name: required', 'phone: required']);
  });
});

describe('step 3, preferences', () => {
  it('asks for a plan and leaves interests open', () => {
    expect(reasons(3, EMPTY_DRAFT)).toEqual(['plan: required']);
    expect(reasons(3, draft({ plan: 'doze' }))).toEqual([]);
  });
});
