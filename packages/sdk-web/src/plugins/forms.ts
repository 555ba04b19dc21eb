import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { describeForm, onForm } from '../dom/on-form.js';

/** What somebody has done with a form so far. */
interface Filling {
  readonly since: number;
  readonly touched: Set<string>;
  readonly invalid: Set<string>;
  lastField: string;
  /** Abandoning was told, of so many touches. */
  told: number;
  touches: number;
}

/** A form with more fields is a spreadsheet. */
const MOST_FIELDS = 50;

/**
 * Records `form_submit`, and `form_abandon` where a form was touched and the view ends, or the page
 * goes out of sight, without it. Fields by their names alone. A later `form_submit` of the same form
 * overrules an abandon: people come back.
 */
export function forms(): Plugin {
  return {
    name: 'forms',
    setup({ track, elapsed, onEvent, onHidden }) {
      const fillings = new Map<HTMLFormElement, Filling>();

      const fillingOf = (form: HTMLFormElement): Filling => {
        let filling = fillings.get(form);
        if (!filling) {
          const since = elapsed();
          filling = {
            since,
            touched: new Set(),
            invalid: new Set(),
            lastField: '',
            told: 0,
            touches: 0,
          };
          fillings.set(form, filling);
        }
        return filling;
      };
      const describe = (form: HTMLFormElement, { since, touched, invalid }: Filling) => ({
        ...describeForm(form),
        duration_ms: Math.round(elapsed() - since),
        fields: [...touched],
        ...(invalid.size > 0 ? { invalid_fields: [...invalid] } : {}),
      });
      const abandon = () => {
        for (const [form, filling] of fillings) {
          if (filling.touches === filling.told) continue;
          filling.told = filling.touches;
          const { lastField } = filling;
          track(EVENT_NAMES.formAbandon, { ...describe(form, filling), last_field: lastField });
        }
      };

      onHidden(abandon);
      onEvent(({ event }) => {
        if (event !== EVENT_NAMES.pageView) return;
        abandon();
        fillings.clear();
      });
      return onForm({
        onTouch(form, field) {
          const filling = fillingOf(form);
          if (filling.touched.size < MOST_FIELDS) filling.touched.add(field);
          filling.lastField = field;
          filling.touches += 1;
        },
        onInvalid: (form, field) => void fillingOf(form).invalid.add(field),
        onSubmit(form) {
          track(EVENT_NAMES.formSubmit, describe(form, fillingOf(form)));
          fillings.delete(form);
        },
      });
    },
  };
}
