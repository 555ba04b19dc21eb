import { MAX_QUANTITY } from '../cart/cart.js';

/** Fewer, how many, more. */
export function QuantityStepper({
  name,
  quantity,
  atLeast,
  onChange,
}: {
  readonly name: string;
  readonly quantity: number;
  readonly atLeast: number;
  readonly onChange: (by: 1 | -1) => void;
}) {
  return (
    <fieldset className="stepper" aria-label={`How many: ${name}`}>
      <button
        type="button"
        aria-label="One fewer"
        data-testid="quantity-down"
        disabled={quantity <= atLeast}
        onClick={() => onChange(-1)}
      >
        −
      </button>
      <output data-testid="quantity" aria-live="polite">
        {quantity}
      </output>
      <button
        type="button"
        aria-label="One more"
        data-testid="quantity-up"
        disabled={quantity >= MAX_QUANTITY}
        onClick={() => onChange(1)}
      >
        +
      </button>
    </fieldset>
  );
}
