import { enter, type Evaluation, leave } from './evaluation.js';
import { listOf, lowerCased, OPERATORS } from './operators.js';
import { isObject, own } from './own.js';

/** Whether attributes meet a condition. Throws where it cannot be read. */
export const holds = (condition: unknown, attributes: unknown, evaluation: Evaluation): boolean => {
  if (!isObject(condition)) throw new Error('not a condition');
  enter(evaluation);
  // A loop: these are the innermost lines of every evaluation, and a function for each part costs.
  for (const name of Object.keys(condition))
    if (!isPartMet(name, own(condition, name), attributes, evaluation))
      return leave(evaluation, false);
  return leave(evaluation, true);
};

const isPartMet = (
  name: string,
  part: unknown,
  attributes: unknown,
  evaluation: Evaluation,
): boolean | null => {
  switch (name) {
    case '$and':
      return !hasOne(part, false, attributes, evaluation);
    case '$or':
      return hasOne(part, true, attributes, evaluation);
    case '$nor':
      return !hasOne(part, true, attributes, evaluation);
    case '$not':
      return !holds(part, attributes, evaluation);
    case '$inSegment':
      return isInSegment(String(part), evaluation);
    default:
      return meets(valueAt(attributes, name), part, evaluation);
  }
};

/**
 * Whether the person belongs to a segment: the document says how it is told, else the attribute `$segments` does. Without
 * that nobody knows: such a person is not out of it either.
 */
export const isInSegment = (name: string, evaluation: Evaluation): boolean | null => {
  const condition = own(own(own(evaluation.document, 'px'), 'segments'), name);
  if (condition === undefined) {
    const computed = own(evaluation.attributes, '$segments');
    return Array.isArray(computed) ? computed.includes(name) : null;
  }
  const { segments } = evaluation;
  if (segments.includes(name)) throw new Error('cycle of segments');
  segments.push(name);
  const isIn = holds(condition, evaluation.attributes, evaluation);
  segments.pop();
  return isIn;
};

/**
 * Whether one of several conditions holds, or one does not; none is as good as one that holds. Without a callback, for
 * what that refers to would be put on the heap at each part of a condition.
 */
const hasOne = (
  list: unknown,
  isMet: boolean,
  attributes: unknown,
  evaluation: Evaluation,
): boolean => {
  const conditions = listOf(list);
  for (const each of conditions) if (holds(each, attributes, evaluation) === isMet) return true;
  return isMet && !conditions[0];
};

/** `a.b.0`: from one own property to the next; null where there is none. */
const valueAt = (attributes: unknown, path: string): unknown => {
  if (!path.includes('.')) return own(attributes, path) ?? null;
  let value = attributes;
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
  const names = operatorsIn(wanted);
  if (!names) return JSON.stringify(value) === JSON.stringify(wanted);
  enter(evaluation);
  for (const name of names)
    if (!isOperatorMet(name, value, wanted as object, evaluation)) return leave(evaluation, false);
  return leave(evaluation, true);
};

const isOperatorMet = (
  name: string,
  value: unknown,
  wanted: object,
  evaluation: Evaluation,
): boolean => {
  const operand = own(wanted, name);
  const operator = OPERATORS[name];
  if (operator) return operator(value, operand, evaluation, wanted);
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
        listOf(operand).every((part) =>
          value.some((item) => meets(fold(item), fold(part), evaluation)),
        )
      );
    }
    case '$elemMatch': {
      const isOfItem = operatorsIn(operand);
      return (
        Array.isArray(value) &&
        value.some(
          (item) =>
            item !== null &&
            (isOfItem ? meets(item, operand, evaluation) : holds(operand, item, evaluation)),
        )
      );
    }
    default:
      throw new Error(`unknown operator ${name}`);
  }
};

/** The names in an object of operators; null for anything else. */
const operatorsIn = (wanted: unknown): string[] | null => {
  const names = isObject(wanted) ? Object.keys(wanted) : [];
  return names[0] && names.every((name) => name[0] === '$') ? names : null;
};
