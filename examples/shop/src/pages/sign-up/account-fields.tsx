import { Field } from '../../components/field.js';
import type { StepFieldsProps } from './step-fields.js';

/** Step 1: how to sign in. */
export function AccountFields({ draft, issues, onType }: StepFieldsProps) {
  return (
    <>
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="email"
        required
        value={draft.email}
        onChange={(event) => onType({ email: event.target.value })}
        issue={issues.of('email')}
        errorTestId={issues.isFirst('email') ? 'signup-error' : undefined}
        data-testid="signup-email"
      />
      <Field
        label="Password"
        hint="At least 8 characters. It never leaves this page."
        name="password"
        type="password"
        autoComplete="new-password"
        required
        value={draft.password}
        onChange={(event) => onType({ password: event.target.value })}
        issue={issues.of('password')}
        errorTestId={issues.isFirst('password') ? 'signup-error' : undefined}
        data-testid="signup-password"
      />
    </>
  );
}
