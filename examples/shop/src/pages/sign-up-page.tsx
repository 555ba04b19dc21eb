import { useId, useRef, useState, type FormEvent } from 'react';
import { Progress } from '../components/progress.js';
import { PageTitle } from '../components/page-title.js';
import { useIssues } from '../components/use-issues.js';
import { Link } from '../router/link.js';
import { pathOf } from '../router/route.js';
import { useServices, useVisit } from '../services.js';
import type { Draft, DraftField } from '../signup/draft.js';
import { SIGN_UP_STEPS, type SignUpStep } from '../signup/steps.js';
import { AboutYouFields } from './sign-up/about-you-fields.js';
import { AccountFields } from './sign-up/account-fields.js';
import { PreferencesFields } from './sign-up/preferences-fields.js';

const TITLES = { 1: 'Stay up with us', 2: 'About you', 3: 'How you like your evenings' } as const;
const FIELDS = { 1: AccountFields, 2: AboutYouFields, 3: PreferencesFields } as const;

/** One step of joining. Mounted anew for each step. */
export function SignUpPage({ step }: { readonly step: SignUpStep }) {
  const { router, shop, signUp } = useServices();
  const [draft, setDraft] = useState(signUp.draft());
  const form = useRef<HTMLFormElement>(null);
  const issues = useIssues<DraftField>(form);
  const statusId = useId();
  const Fields = FIELDS[step];
  useVisit(() => signUp.view(step, router.previous() ?? 'direct'));

  function type(change: Partial<Draft>) {
    signUp.type(change);
    setDraft(signUp.draft());
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const outcome = signUp.submit(step);
    switch (outcome.status) {
      case 'refused':
        issues.show(outcome.issues);
        break;
      case 'next':
        router.navigate(pathOf({ page: 'signup', step: outcome.step }));
        break;
      case 'joined':
        shop.join(outcome.customer);
        router.navigate('/account');
        break;
    }
  }

  return (
    <section className="page page-narrow">
      <Progress steps={SIGN_UP_STEPS} current={step} />
      <PageTitle>{TITLES[step]}</PageTitle>
      <form
        ref={form}
        className="form"
        onSubmit={submit}
        noValidate
        aria-describedby={statusId}
        data-testid={`signup-step-${step}`}
      >
        <Fields draft={draft} issues={issues} onType={type} />
        <div className="form-actions">
          {step > 1 && (
            <Link
              to={pathOf({ page: 'signup', step: step === 3 ? 2 : 1 })}
              className="button button-quiet"
              data-testid="signup-back"
            >
              Back
            </Link>
          )}
          <button type="submit" className="button" data-testid="signup-next">
            {step === 3 ? 'Join Small Hours' : 'Continue'}
          </button>
        </div>
        <p className="form-status" id={statusId}>
          Step {step} of {SIGN_UP_STEPS.length}
        </p>
      </form>
    </section>
  );
}
