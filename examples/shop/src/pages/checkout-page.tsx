import { CHECKOUT_STEPS, type CheckoutStep } from '../checkout/steps.js';
import { PageTitle } from '../components/page-title.js';
import { Progress } from '../components/progress.js';
import { Summary } from '../components/summary.js';
import { useServices, useShopState, useVisit } from '../services.js';
import { basketTotals } from '../shop.js';
import { AddressForm } from './checkout/address-form.js';
import { PaymentForm } from './checkout/payment-form.js';

/** One step of paying, beside what is being paid. */
export function CheckoutPage({ step }: { readonly step: CheckoutStep }) {
  const { checkout } = useServices();
  const totals = basketTotals(useShopState());
  useVisit(() => checkout.begin(totals));

  return (
    <section className="page">
      <Progress steps={CHECKOUT_STEPS} current={step} />
      <PageTitle>{step === 1 ? 'Where shall it go?' : 'And now the pretending'}</PageTitle>
      <div className="columns">
        {step === 1 ? <AddressForm /> : <PaymentForm totals={totals} />}
        <aside className="panel" aria-label="Summary">
          <Summary totals={totals} />
        </aside>
      </div>
    </section>
  );
}
