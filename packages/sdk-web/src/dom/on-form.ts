import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { onPage } from './listen.js';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What happens to a form. Fields by name, never by value. */
export interface FormListeners {
  onTouch(form: HTMLFormElement, field: string): void;
  onInvalid(form: HTMLFormElement, field: string): void;
  onSubmit(form: HTMLFormElement): void;
}

const NAME_LENGTH = 100;

/** Watches every form of the page, those in open shadow roots included. */
export function onForm({ onTouch, onInvalid, onSubmit }: FormListeners): Disposer {
  const onField = (type: string, tell: (form: HTMLFormElement, field: string) => void) =>
    onPage(type, (event) => {
      const field = event.composedPath()[0];
      // Trusted or not: password managers fill in for a person.
      const form = (field as Partial<Field> | undefined)?.form;
      if (form && !form.closest('[data-px-ignore]')) tell(form, fieldName(field as Field));
    });
  return combineDisposers([
    onField('input', onTouch),
    onField('change', onTouch),
    onField('invalid', onInvalid),
    onPage('submit', ({ target }) => {
      const form = target as HTMLFormElement;
      if (!form.closest('[data-px-ignore]')) onSubmit(form);
    }),
  ]);
}

/** What a form is, read by attribute: a field named `id` or `action` hides the property. */
export function describeForm(form: HTMLFormElement): Readonly<Record<string, string>> {
  const described: Record<string, string> = {};
  for (const name of ['id', 'name', 'action', 'data-px-form']) {
    const value = form.getAttribute(name)?.split(/[?#]/)[0]?.slice(0, NAME_LENGTH);
    if (value) described[name === 'data-px-form' ? 'form' : name] = value;
  }
  return described;
}

const fieldName = (field: Field): string =>
  (field.getAttribute('name') || field.getAttribute('id') || field.type).slice(0, NAME_LENGTH);
