import { useId } from 'react';
import { CATEGORIES } from '../../catalogue/product.js';
import { FieldIssue } from '../../components/field.js';
import { PLANS } from '../../signup/draft.js';
import type { StepFieldsProps } from './step-fields.js';

/** Step 3: a plan, and what the letters should be about. */
export function PreferencesFields({ draft, issues, onType }: StepFieldsProps) {
  const id = useId();
  const issue = issues.of('plan');
  return (
    <>
      <fieldset
        className="plans"
        role="radiogroup"
        aria-invalid={issue !== undefined}
        aria-describedby={issue && id}
      >
        <legend>Plan</legend>
        {PLANS.map((plan) => (
          <label key={plan.id} className="plan">
            <input
              type="radio"
              name="plan"
              value={plan.id}
              required
              checked={draft.plan === plan.id}
              onChange={() => onType({ plan: plan.id })}
              data-testid={`signup-plan-${plan.id}`}
            />
            <span className="plan-name">{plan.label}</span>
            <span className="plan-price">{plan.price}</span>
            <span className="plan-promise">{plan.promise}</span>
          </label>
        ))}
        {issue && <FieldIssue id={id} issue={issue} testId="signup-error" />}
      </fieldset>
      <fieldset className="interests">
        <legend>Write to me about</legend>
        <div className="chips">
          {CATEGORIES.map((category) => (
            <label key={category.id} className="chip chip-check">
              <input
                type="checkbox"
                name="interests"
                value={category.id}
                checked={draft.interests.includes(category.id)}
                onChange={(event) =>
                  onType({
                    interests: event.target.checked
                      ? [...draft.interests, category.id]
                      : draft.interests.filter((interest) => interest !== category.id),
                  })
                }
                data-testid={`signup-interest-${category.id}`}
              />
              {category.label}
            </label>
          ))}
        </div>
      </fieldset>
    </>
  );
}
