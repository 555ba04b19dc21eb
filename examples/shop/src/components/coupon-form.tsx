import { useRef, useState, type FormEvent } from 'react';
import { useServices } from '../services.js';

/**
 * Planted friction (README, F3): the answer takes four seconds, nothing moves meanwhile, more
 * clicks do nothing, and in the end it is no.
 */
export function CouponForm() {
  const { couponDesk, shop } = useServices();
  const [code, setCode] = useState('');
  const [failed, setFailed] = useState(false);
  const waiting = useRef(false);

  async function redeem() {
    if (waiting.current || code.trim() === '') return;
    waiting.current = true;
    const { reason, waitedMs } = await couponDesk.redeem(code);
    waiting.current = false;
    shop.couponFailed({ reason, waitedMs });
    setFailed(true);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void redeem();
  }

  return (
    <form className="coupon" onSubmit={submit} noValidate>
      <label htmlFor="coupon">Coupon</label>
      <div className="coupon-row">
        <input
          id="coupon"
          name="coupon"
          autoComplete="off"
          value={code}
          data-testid="coupon-code"
          onChange={(event) => {
            setCode(event.target.value);
            setFailed(false);
          }}
        />
        <button type="submit" className="button button-quiet" data-testid="coupon-apply">
          Apply
        </button>
      </div>
      <output className="field-issue" data-testid="coupon-error">
        {failed && 'Something went wrong.'}
      </output>
    </form>
  );
}
