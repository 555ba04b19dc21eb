import type { Attributes } from './context.js';
import { type Evaluation, nested } from './evaluation.js';
import { listOf, lowerCased, OPERATORS } from './operators.js';
import { isObject, own } from './own.js';

/** Whether attributes meet a condition. Throws where it cannot be read. */
export const holds = (
  condition: unknown,
  attributes: Attributes,
  evaluation: Evaluation,
): boolean => {
  if (!isObject(condition)) throw new Error(`not a condition: ${JSON.stringify(condition)}`);
  const isMet = (part: unknown) => holds(part, attributes, evaluation);
  return nested(evaluation, () =>
    Object.keys(condition).every((name) => {
      const part = own(condition, name);
      switch (name) {
        case '$and':
          return listOf(part).every(isMet);
        case '$or':
          return listOf(part).length === 0 || listOf(part).some(isMet);
        case '$nor':
          return listOf(part).length > 0 && !listOf(part).some(isMet);
        case '$not':
          return !isMet(part);
        case '$inSegment':
          return isInSegment(String(part), evaluation);
        default:
          return meets(valueAt(attributes, name), part, evaluation);
      }
    }),
  );
};

/** Whether the person belongs to a segment: the document says how it is told, else the attribute `$segments` does. */
export const isInSegment = (name: string, evaluation: Evaluation): boolean => {
  const condition = own(own(own(evaluation.document, 'px'), 'segments'), name);
  if (condition === undefined) {
    const computed = own(evaluation.attributes, '$segments');
    return Array.isArray(computed) && computed.includes(name);
  }
  const { segments } = evaluation;
  if (segments.includes(name)) throw new Error(`segment ${name} depends on itself`);
  segments.push(name);
  const isIn = holds(condition, evaluation.attributes, evaluation);
  segments.pop();
  return isIn;
};

/** `a.b.0`: from one own property to the next; null where there is none. */
const valueAt = (attributes: Attributes, path: string): unknown => {
  if (!path.includes('.')) return own(attributes, path) ?? null;
  let value: unknown = attributes;
  for (const name of path.split('.')) value = own(value, name);
  return value ?? null;
};

/** Whether a value is as one part of a condition wants it. */
const meets = (value: unknown, wanted: unknown, evaluation: Evaluation): boolean => {
  // Bare values are compared as JavaScript converts them, null to 0 and to 'null' as well.
  if (typeof wanted === 'string') return String(value) === wanted;
  if (typeof wanted === 'number') return Number(value) === wanted;
  if (typeof wanted === 'boolean') return value !== null && Boolean(value) === wanted;
  if (wanted === null) return value === null;
  if (!hasOperators(wanted)) return JSON.stringify(value) === JSON.stringify(wanted);
  return nested(evaluation, () =>
    Object.keys(wanted).every((name) => {
      const operand = own(wanted, name);
      const among = Array.isArray(value) ? value : [];
      switch (name) {
        case '$not':
          return !meets(value, operand, evaluation);
        case '$size':
          return Array.isArray(value) && meets(value.length, operand, evaluation);
        case '$all':
        case '$alli': {
          const fold = name === '$all' ? (each: unknown) => each : lowerCased;
          return (
            Array.isArray(value) &&
            listOf(operand).every((each) =>
              value.some((item) => meets(fold(item), fold(each), evaluation)),
            )
          );
        }
        case '$elemMatch':
          return among.some(
            (item) =>
              item &&
              (hasOperators(operand)
                ? meets(item, operand, evaluation)
                : holds(operand, item as Attributes, evaluation)),
          );
        default: {
          const operator = OPERATORS[name];
          if (!operator) throw new Error(`unknown operator ${name}`);
          return operator(value, operand, evaluation, wanted);
        }
      }
    }),
  );
};

const hasOperators = (wanted: unknown): wanted is object => {
  if (!isObject(wanted)) return false;
  const names = Object.keys(wanted);
  return names.length > 0 && names.every((name) => name[0] === '$');
};
