import { useId, type InputHTMLAttributes } from 'react';
import type { Issue } from '../issue.js';

/** A labelled input with its own complaint, tied together for screen readers. */
export function Field({
  label,
  hint,
  issue,
  errorTestId,
  ...input
}: {
  readonly label: string;
  readonly hint?: string;
  readonly issue: Issue | undefined;
  readonly errorTestId?: string | undefined;
} & Omit<InputHTMLAttributes<HTMLInputElement>, 'id'>) {
  const id = useId();
  const described = [hint && `${id}-hint`, issue && `${id}-issue`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        {...input}
        id={id}
        aria-invalid={issue !== undefined}
        aria-describedby={described || undefined}
      />
      {issue && <FieldIssue id={`${id}-issue`} issue={issue} testId={errorTestId} />}
    </div>
  );
}

/** What is wrong with a field, in words. */
export function FieldIssue({
  id,
  issue,
  testId,
}: {
  readonly id: string;
  readonly issue: Issue;
  readonly testId?: string | undefined;
}) {
  return (
    <p className="field-issue" id={id} data-testid={testId}>
      {issue.message}
    </p>
  );
}
