import type { GroupDefinition } from '@px-platform/protocol/flags';
import { isNumeric } from './condition-rows.js';

export type GroupValues = GroupDefinition['values'];

/** Whether one a line says them all: else they are edited as JSON, and none is changed by being looked at. */
export function areLines(values: GroupValues): boolean {
  return values.every((value) => {
    if (typeof value === 'number') return true;
    return value !== '' && value === value.trim() && !/[\n\r]/.test(value);
  });
}

/** The values, one a line. */
export function writeLines(values: GroupValues): string {
  return values.join('\n');
}

/**
 * The values of the lines, each once, and how many lines said one again. 42 is not "42": what was a number stays one, and
 * a new line is a text, unless all others are numbers.
 */
export function readLines(
  text: string,
  { known }: { readonly known: GroupValues },
): { readonly values: GroupValues; readonly repeated: number } {
  const forms = new Map<string, (string | number)[]>();
  for (const value of known) {
    const of = forms.get(String(value)) ?? [];
    if (!of.includes(value)) of.push(value);
    forms.set(String(value), of);
  }
  const areNumbers = known.length > 0 && known.every((value) => typeof value === 'number');
  const values = new Set<string | number>();
  let repeated = 0;
  for (const line of text.split(/\r\n|[\n\r]/)) {
    const word = line.trim();
    if (word === '') continue;
    const fresh = areNumbers && isNumeric(word) ? Number(word) : word;
    const value = (forms.get(word) ?? [fresh]).find((form) => !values.has(form));
    if (value === undefined) repeated += 1;
    else values.add(value);
  }
  return { values: [...values], repeated };
}

/** What was pasted with commas, semicolons or tabs between, one a line. */
export function splitLines(text: string): string {
  return text
    .split(/[\n\r,;\t]+/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .join('\n');
}

/** How many are numbers, and how many texts look like one. */
export function numbersIn(values: GroupValues): {
  readonly numbers: number;
  readonly numerals: number;
} {
  const numbers = values.filter((value) => typeof value === 'number').length;
  const numerals = values.filter((value) => typeof value === 'string' && isNumeric(value)).length;
  return { numbers, numerals };
}

/** All that looks like a number as one, or all as texts; each once. */
export function withNumbers(values: GroupValues, as: 'numbers' | 'texts'): GroupValues {
  const one = (value: string | number) =>
    as === 'texts' ? String(value) : isNumeric(String(value)) ? Number(value) : value;
  return [...new Set(values.map(one))];
}
