import { describe, expect, it } from 'vitest';
import { recordedAnalytics } from '../recorded-analytics.js';
import { validateAddress } from './address.js';
import { createCheckout } from './checkout.js';
import { createCouponDesk } from './coupon-desk.js';
import { BROKEN_POSTCODE, createToyBank } from './toy-bank.js';
import { EMPTY_CARD, TOY_CARD, validateCard } from './toy-card.js';

const totals = { items: 2, subtotalCents: 3600, deliveryCents: 490, totalCents: 4090 };
const address = {
  email: 'ida@night.example',
  name: 'Ida',
  street: 'Lantern Row 3',
  postcode: '10997',
  city: 'Berlin',
};

function begun() {
  const analytics = recordedAnalytics();
  const bank = createToyBank({ wait: async () => {} });
  return { analytics, checkout: createCheckout({ analytics, bank, newOrderId: () => 'SH-1' }) };
}

describe('checking out', () => {
  it('starts once and completes with the order, the total in euros and the items', async () => {
    const { analytics, checkout } = begun();
    checkout.begin(totals);
    checkout.begin(totals);
    expect(checkout.submitAddress(address)).toEqual([]);
    expect(await checkout.pay(TOY_CARD, totals)).toEqual({ status: 'paid', orderId: 'SH-1' });
    expect(analytics.calls).toEqual([
      ['checkout_started', { items: 2, total: 40.9 }],
      ['checkout_completed', { order_id: 'SH-1', total: 40.9, items: 2 }],
    ]);
  });

  it('names the first field of an address that is not complete', () => {
    const { analytics, checkout } = begun();
    expect(checkout.submitAddress({ ...address, street: ' ', city: '' })).toHaveLength(2);
    expect(analytics.calls).toEqual([
      [
        'checkout_step_failed',
        { step: 1, step_name: 'address', field: 'street', reason: 'required' },
      ],
    ]);
  });

  it('breaks for one postcode only (planted friction F4), and can be tried again', async () => {
    const { analytics, checkout } = begun();
    checkout.submitAddress({ ...address, postcode: BROKEN_POSTCODE });
    const outcome = await checkout.pay(TOY_CARD, totals);
    expect(outcome.status === 'broken' && outcome.error).toBeInstanceOf(TypeError);
    expect(analytics.calls).toEqual([
      [
        'checkout_step_failed',
        { step: 2, step_name: 'payment', field: null, reason: 'payment_error' },
      ],
    ]);
    checkout.submitAddress(address);
    expect((await checkout.pay(TOY_CARD, totals)).status).toBe('paid');
  });
});

describe('the toy card', () => {
  it('works however it is spaced', () => {
    expect(validateCard({ number: '0000000000000000', expiry: '12/99', code: '000' })).toEqual([]);
  });

  it('turns every other card away', () => {
    const [issue] = validateCard({ ...TOY_CARD, number: '4242 4242 4242 4242' });
    expect(issue).toMatchObject({ field: 'number', reason: 'not_the_toy_card' });
    expect(validateCard(EMPTY_CARD).map(({ reason }) => reason)).toEqual(Array(3).fill('required'));
  });
});

describe('an address', () => {
  it.each(['10997', 'SW1A 2AA', '1234-567', 'D02 X285'])('may have the postcode %s', (postcode) => {
    expect(validateAddress({ ...address, postcode })).toEqual([]);
  });

  it.each(['1', '!!!!', '12345678901'])('may not have the postcode %s', (postcode) => {
    expect(validateAddress({ ...address, postcode })).toMatchObject([
      { field: 'postcode', reason: 'invalid_format' },
    ]);
  });
});

describe('the coupon desk (planted friction F3)', () => {
  it('waits four seconds and then says no', async () => {
    const waits: number[] = [];
    const desk = createCouponDesk({ wait: async (ms) => void waits.push(ms) });
    expect(await desk.redeem('GOODNIGHT')).toEqual({
      status: 'failed',
      reason: 'unavailable',
      waitedMs: 4_000,
    });
    expect(waits).toEqual([4_000]);
  });
});
