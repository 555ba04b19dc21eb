import { comparableVersion } from './compare-versions.js';
import type { Evaluation } from './evaluation.js';
import { madeOnce } from './made-once.js';
import { readMoment, readMomentBy } from './moment.js';
import { own } from './own.js';
import { inAnyCase, matches } from './pattern.js';

/** Whether an attribute's value (null where it is missing) stands so to what the condition gives. */
type Operator = (
  value: unknown,
  operand: unknown,
  evaluation: Evaluation,
  /** The object that the operator stands in. */
  owner: object,
) => boolean;

/** As JavaScript compares: two strings by their letters, anything else as numbers, null as 0. */
type Comparable = number;

// Functions rather than calls that make them: a bundle that evaluates nothing can leave the table out.
export const OPERATORS: Readonly<Record<string, Operator | undefined>> = {
  $eq: (value, operand) => value === operand,
  $ne: (value, operand) => value !== operand,
  $lt: (value, operand) => (value as Comparable) < (operand as Comparable),
  $lte: (value, operand) => (value as Comparable) <= (operand as Comparable),
  $gt: (value, operand) => (value as Comparable) > (operand as Comparable),
  $gte: (value, operand) => (value as Comparable) >= (operand as Comparable),
  $veq: (value, operand, { attributes }, owner) =>
    versionOf(value, attributes) === versionOf(operand, owner),
  $vne: (value, operand, { attributes }, owner) =>
    versionOf(value, attributes) !== versionOf(operand, owner),
  $vlt: (value, operand, { attributes }, owner) =>
    versionOf(value, attributes) < versionOf(operand, owner),
  $vlte: (value, operand, { attributes }, owner) =>
    versionOf(value, attributes) <= versionOf(operand, owner),
  $vgt: (value, operand, { attributes }, owner) =>
    versionOf(value, attributes) > versionOf(operand, owner),
  $vgte: (value, operand, { attributes }, owner) =>
    versionOf(value, attributes) >= versionOf(operand, owner),
  $exists: (value, operand) => (value !== null) === Boolean(operand),
  $type: (value, operand) =>
    (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value) === operand,
  $in: (value, operand) => isAmong(value, operand),
  $nin: (value, operand) => !isAmong(value, operand),
  $ini: (value, operand) => isAmongInAnyCase(value, operand),
  $nini: (value, operand) => !isAmongInAnyCase(value, operand),
  $inGroup: (value, operand, evaluation) => isAmong(value, groupOf(operand, evaluation)),
  $notInGroup: (value, operand, evaluation) => !isAmong(value, groupOf(operand, evaluation)),
  $regex: (value, operand, _, owner) => matches(owner, operand, value),
  $regexi: (value, operand, _, owner) => matches(owner, operand, value, inAnyCase),
  // Ours. What is no time is neither before nor after anything.
  $before: (value, operand, evaluation) =>
    readMoment(value) < readMomentBy(operand, evaluation.context),
  $after: (value, operand, evaluation) =>
    readMoment(value) > readMomentBy(operand, evaluation.context),
};

const versionOf = (version: unknown, owner: object) =>
  typeof version === 'string'
    ? madeOnce(owner, version, comparableVersion)
    : comparableVersion(version);

export const listOf = (operand: unknown): readonly unknown[] => {
  if (Array.isArray(operand)) return operand;
  throw new Error('not a list');
};

export const lowerCased = (value: unknown): unknown =>
  typeof value === 'string' ? value.toLowerCase() : value;

/** A list has something in common with the other; anything else is in it. */
const isAmong = (value: unknown, operand: unknown) => {
  const list = listOf(operand);
  return Array.isArray(value) ? value.some((each) => list.includes(each)) : list.includes(value);
};

const isAmongInAnyCase = (value: unknown, operand: unknown) =>
  isAmong(
    Array.isArray(value) ? value.map(lowerCased) : lowerCased(value),
    listOf(operand).map(lowerCased),
  );

const groupOf = (id: unknown, { document }: Evaluation) =>
  own(own(document, 'savedGroups'), String(id)) ?? [];
