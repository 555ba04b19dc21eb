import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { Totals } from '../../cart/cart.js';
import { EMPTY_CARD, TOY_CARD, type Card, type CardField } from '../../checkout/toy-card.js';
import { Field } from '../../components/field.js';
import { useIssues } from '../../components/use-issues.js';
import { formatCents } from '../../money.js';
import { Link } from '../../router/link.js';
import { useServices } from '../../services.js';

const FIELDS: readonly { readonly name: CardField; readonly label: string }[] = [
  { name: 'number', label: 'Card number' },
  { name: 'expiry', label: 'Runs out' },
  { name: 'code', label: 'Code' },
];

/** Step 2 of paying: a toy card, and toy money. */
export function PaymentForm({ totals }: { readonly totals: Totals }) {
  const { checkout, router, shop } = useServices();
  const form = useRef<HTMLFormElement>(null);
  const issues = useIssues<CardField>(form);
  const [card, setCard] = useState<Card>(EMPTY_CARD);
  const [state, setState] = useState<'ready' | 'paying' | 'broken'>('ready');
  const broken = useRef<HTMLParagraphElement>(null);

  useEffect(() => {
    if (state === 'broken') broken.current?.focus();
  }, [state]);

  async function pay() {
    if (state === 'paying') return;
    setState('paying');
    const outcome = await checkout.pay(card, totals);
    switch (outcome.status) {
      case 'refused':
        setState('ready');
        issues.show(outcome.issues);
        break;
      case 'broken':
        // As an uncaught error would: whoever listens for errors on this page hears of it.
        reportError(outcome.error);
        issues.show([]);
        setState('broken');
        break;
      case 'paid':
        // The order's page first: an empty basket would send this page back to the basket.
        router.navigate(`/order/${outcome.orderId}`);
        shop.place(outcome.orderId);
        break;
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void pay();
  }

  return (
    <form ref={form} className="form form-card" onSubmit={submit} noValidate>
      <div className="toy-card" data-px-mask>
        <p>
          <strong>This is play money.</strong> The shop takes one card only, and it is a toy. Please
          never type in a real one.
        </p>
        <button
          type="button"
          className="button button-quiet"
          data-testid="checkout-toy-card"
          onClick={() => {
            setCard(TOY_CARD);
            issues.show([]);
          }}
        >
          Use the toy card
        </button>
      </div>
      {FIELDS.map(({ name, label }) => (
        <Field
          key={name}
          label={label}
          name={name}
          inputMode="numeric"
          autoComplete="off"
          required
          placeholder={TOY_CARD[name]}
          value={card[name]}
          onChange={(event) => setCard({ ...card, [name]: event.target.value })}
          issue={issues.of(name)}
          errorTestId={issues.isFirst(name) ? 'checkout-error' : undefined}
          data-testid={`checkout-card-${name}`}
        />
      ))}
      {state === 'broken' && (
        <p
          ref={broken}
          className="form-broken"
          role="alert"
          tabIndex={-1}
          data-testid="checkout-error"
        >
          Something went wrong. Please try again.
        </p>
      )}
      <div className="form-actions">
        <Link to="/checkout" className="button button-quiet" data-testid="checkout-back">
          Back
        </Link>
        <button
          type="submit"
          className="button"
          aria-disabled={state === 'paying'}
          data-testid="checkout-pay"
        >
          {state === 'paying' ? 'Paying…' : `Pay ${formatCents(totals.totalCents)}`}
        </button>
      </div>
    </form>
  );
}
