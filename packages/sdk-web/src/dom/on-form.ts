import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { selectorOf } from './describe-element.js';
import { inPath } from './in-path.js';
import { listen, onPage } from './listen.js';

/**
 * What happens to a form, or to what the page marks as one with `data-px-form` (and what sends it with
 * `data-px-submit`). Fields by name and type, never by value.
 */
export interface FormListeners {
  onTouch(form: Element, field: string, type: string): void;
  onInvalid(form: Element, field: string): void;
  onSubmit(form: Element): void;
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const NAME_LENGTH = 100;
const FIELDS = 'input:not([type=hidden],[type=submit],[type=button]),select,textarea';

const FORMS = 'form,[data-px-form]';

/** Watches every form of the page, those in open shadow roots included. */
export function onForm({ onTouch, onInvalid, onSubmit }: FormListeners): Disposer {
  const roots = new Map<Node, Disposer>();
  /** Tells of events on what matches, with the form around it. */
  const hear =
    (selector: string, tell: (form: Element, target: Element) => void) => (event: Event) => {
      const find = inPath(event);
      const target = find?.(selector);
      const form = (target as Partial<Field> | undefined)?.form ?? find?.(FORMS);
      if (target && form) tell(form, target);
    };
  const onField = (types: string, tell: FormListeners['onTouch']) =>
    // Trusted or not: password managers fill in for a person.
    onPage(
      types,
      hear(FIELDS, (form, target) => {
        const { id, type } = target as Field;
        const root = form.getRootNode();
        // No submit comes out of a shadow root.
        if (root !== document && !roots.has(root)) roots.set(root, listen(root, 'submit', submit));
        tell(form, (target.getAttribute('name') || id || type).slice(0, NAME_LENGTH), type);
      }),
    );
  const submit = hear(FORMS, onSubmit);
  return combineDisposers([
    onField('input', onTouch),
    onField('invalid', onInvalid),
    onPage('submit', submit),
    onPage('click', hear('[data-px-submit]', onSubmit)),
    () => roots.forEach((stop) => stop()),
  ]);
}

/** What a form is, read by attribute: a field named `id` or `action` hides the property. */
export function describeForm(form: Element): Readonly<Record<string, string | number>> {
  const described: Record<string, string | number> = {};
  for (const name of ['id', 'name', 'action', 'data-px-form']) {
    const value = form.getAttribute(name)?.split(/[?#]/)[0];
    if (value) described[name.replace('data-px-', '')] = value.slice(0, NAME_LENGTH);
  }
  return {
    ...described,
    selector: selectorOf(form),
    field_count: form.querySelectorAll(FIELDS).length,
  };
}
