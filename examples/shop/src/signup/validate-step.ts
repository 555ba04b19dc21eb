import { isEmail } from '../is-email.js';
import type { Issue } from '../issue.js';
import type { Draft, DraftField } from './draft.js';
import type { SignUpStep } from './steps.js';

const MIN_PASSWORD_LENGTH = 8;

/**
 * Planted friction (README, F1): the only telephone numbers taken are written `(030) 555-0199`.
 * Nothing on the page says so, and neither does the message.
 */
const PHONE = /^\(\d{3}\) \d{3}-\d{4}$/;

/** What is wrong with one step of a draft, in the order of its fields; nothing when it may pass. */
export function validateStep(step: SignUpStep, draft: Draft): readonly Issue<DraftField>[] {
  switch (step) {
    case 1:
      return [...emailIssues(draft.email), ...passwordIssues(draft.password)];
    case 2:
      return [...nameIssues(draft.name), ...phoneIssues(draft.phone)];
    case 3:
      return draft.plan === null
        ? [{ field: 'plan', reason: 'required', message: 'Pick the plan that suits you.' }]
        : [];
  }
}

function emailIssues(email: string): Issue<DraftField>[] {
  if (email.trim() === '') {
    return [{ field: 'email', reason: 'required', message: 'We need an e-mail address.' }];
  }
  if (!isEmail(email)) {
    const message = 'That is missing something: try name@example.com.';
    return [{ field: 'email', reason: 'invalid_email', message }];
  }
  return [];
}

function passwordIssues(password: string): Issue<DraftField>[] {
  if (password === '') {
    return [{ field: 'password', reason: 'required', message: 'Choose a password.' }];
  }
  if (password.length < MIN_PASSWORD_LENGTH) {
    const message = `A little longer, please: at least ${MIN_PASSWORD_LENGTH} characters.`;
    return [{ field: 'password', reason: 'too_short', message }];
  }
  return [];
}

function nameIssues(name: string): Issue<DraftField>[] {
  return name.trim() === ''
    ? [{ field: 'name', reason: 'required', message: 'What should we call you?' }]
    : [];
}

function phoneIssues(phone: string): Issue<DraftField>[] {
  if (PHONE.test(phone)) return [];
  const reason = phone.trim() === '' ? 'required' : 'invalid_format';
  return [{ field: 'phone', reason, message: 'Please check this field.' }];
}
