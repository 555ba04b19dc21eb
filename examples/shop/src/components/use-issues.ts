import { useEffect, useState, type RefObject } from 'react';
import type { Issue } from '../issue.js';

/** A form's complaints, and the focus that follows them. */
export interface Issues<Field extends string> {
  show(issues: readonly Issue<Field>[]): void;
  of(field: Field): Issue<Field> | undefined;
  /** Whether a field's complaint is the one that focus was moved to. */
  isFirst(field: Field): boolean;
}

/** Keeps what is wrong with a form; each attempt moves focus to the first field that is wrong. */
export function useIssues<Field extends string>(
  form: RefObject<HTMLFormElement | null>,
): Issues<Field> {
  const [issues, setIssues] = useState<readonly Issue<Field>[]>([]);

  useEffect(() => {
    const [first] = issues;
    if (first) focusField(form.current, first.field);
  }, [form, issues]);

  return {
    show: setIssues,
    of: (field) => issues.find((issue) => issue.field === field),
    isFirst: (field) => issues[0]?.field === field,
  };
}

function focusField(form: HTMLFormElement | null, name: string) {
  const found = form?.elements.namedItem(name);
  // Radio buttons share a name and come as a list.
  const field = found instanceof RadioNodeList ? found[0] : found;
  if (field instanceof HTMLElement) field.focus();
}
