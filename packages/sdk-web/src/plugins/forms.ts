import { EVENT_NAMES, type PxEvent } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { describeForm, onForm } from '../dom/on-form.js';
import { watchView } from '../watch-view.js';

/** What somebody has done with a form so far. */
interface Filling {
  readonly form: object;
  readonly since: number;
  /** Types of fields by name, the last touched last. */
  readonly touched: Map<string, string>;
  readonly invalid: Set<string>;
  /** Whether something was touched since abandoning was told. */
  isNew: boolean;
}

/** A form with more fields is a spreadsheet. */
const MOST_FIELDS = 50;

/**
 * Records `form_submit`, and `form_abandon` where a form was touched and the view ends, or the page
 * goes out of sight, without it. Fields by name and type, never by value. What is told later of the same
 * form in the same view overrules an abandon: people come back.
 */
export function forms(): Plugin {
  return {
    name: 'forms',
    setup(plugin) {
      const { track, elapsed, onHidden } = plugin;
      let fillings = new Map<Element, Filling>();

      const fillingOf = (form: Element): Filling => {
        const known = fillings.get(form);
        if (known) return known;
        const filling = {
          // Now: once it is abandoned it may be gone.
          form: describeForm(form),
          since: elapsed(),
          touched: new Map<string, string>(),
          invalid: new Set<string>(),
          isNew: false,
        };
        fillings.set(form, filling);
        return filling;
      };
      const report = (
        event: string,
        { form, since, touched, invalid }: Filling,
        view: PxEvent | undefined,
      ) => {
        const last = [...touched].slice(-MOST_FIELDS);
        const fields = last.map(([field]) => field);
        track(
          event,
          {
            view_id: view?.event_id,
            ...form,
            duration_ms: Math.round(elapsed() - since),
            fields,
            field_types: last.map(([, type]) => type),
            last_field: fields.at(-1),
            invalid_fields: invalid.size > 0 ? [...invalid] : undefined,
          },
          { context: view?.context },
        );
      };
      const abandon = (view: PxEvent | undefined) => {
        for (const filling of fillings.values()) {
          if (filling.isNew) report(EVENT_NAMES.formAbandon, filling, view);
          filling.isNew = false;
        }
      };

      const currentView = watchView(plugin, (ended) => {
        abandon(ended);
        fillings = new Map();
      });
      onHidden(() => abandon(currentView()));
      return onForm({
        onTouch(form, field, type) {
          const filling = fillingOf(form);
          filling.isNew = true;
          filling.touched.delete(field);
          filling.touched.set(field, type);
        },
        onInvalid: (form, field) => void fillingOf(form).invalid.add(field),
        onSubmit(form) {
          report(EVENT_NAMES.formSubmit, fillingOf(form), currentView());
          fillings.delete(form);
        },
      });
    },
  };
}
