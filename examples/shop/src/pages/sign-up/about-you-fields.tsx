import { Field } from '../../components/field.js';
import type { StepFieldsProps } from './step-fields.js';

/** Step 2: who is joining. The telephone field is planted friction (README, F1). */
export function AboutYouFields({ draft, issues, onType }: StepFieldsProps) {
  return (
    <>
      <Field
        label="Name"
        name="name"
        autoComplete="name"
        required
        value={draft.name}
        onChange={(event) => onType({ name: event.target.value })}
        issue={issues.of('name')}
        errorTestId={issues.isFirst('name') ? 'signup-error' : undefined}
        data-testid="signup-name"
      />
      <Field
        label="Phone"
        name="phone"
        type="tel"
        autoComplete="tel"
        required
        value={draft.phone}
        onChange={(event) => onType({ phone: event.target.value })}
        issue={issues.of('phone')}
        errorTestId={issues.isFirst('phone') ? 'signup-error' : undefined}
        data-testid="signup-phone"
      />
    </>
  );
}
