import { useRef, useState, type FormEvent } from 'react';
import type { Address, AddressField } from '../../checkout/address.js';
import { Field } from '../../components/field.js';
import { useIssues } from '../../components/use-issues.js';
import { useServices, useShopState } from '../../services.js';

const FIELDS: readonly {
  readonly name: AddressField;
  readonly label: string;
  readonly autoComplete: string;
  readonly type?: string;
}[] = [
  { name: 'email', label: 'E-mail', autoComplete: 'email', type: 'email' },
  { name: 'name', label: 'Name', autoComplete: 'shipping name' },
  { name: 'street', label: 'Street and number', autoComplete: 'shipping street-address' },
  { name: 'postcode', label: 'Postcode', autoComplete: 'shipping postal-code' },
  { name: 'city', label: 'Town', autoComplete: 'shipping address-level2' },
];

/** Step 1 of paying: where the order goes. */
export function AddressForm() {
  const { checkout, router } = useServices();
  const { customer } = useShopState();
  const form = useRef<HTMLFormElement>(null);
  const issues = useIssues<AddressField>(form);
  const [address, setAddress] = useState<Address>(() => {
    const typed = checkout.address();
    // A member's name and e-mail address are known already.
    return {
      ...typed,
      email: typed.email || (customer?.email ?? ''),
      name: typed.name || (customer?.name ?? ''),
    };
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    const found = checkout.submitAddress(address);
    if (found.length > 0) issues.show(found);
    else router.navigate('/checkout/payment');
  }

  return (
    <form ref={form} className="form form-address" onSubmit={submit} noValidate>
      {FIELDS.map(({ name, label, ...input }) => (
        <Field
          key={name}
          {...input}
          label={label}
          name={name}
          required
          value={address[name]}
          onChange={(event) => setAddress({ ...address, [name]: event.target.value })}
          issue={issues.of(name)}
          errorTestId={issues.isFirst(name) ? 'checkout-error' : undefined}
          data-testid={`checkout-${name}`}
        />
      ))}
      <div className="form-actions">
        <button type="submit" className="button" data-testid="checkout-next">
          Continue to payment
        </button>
      </div>
    </form>
  );
}
