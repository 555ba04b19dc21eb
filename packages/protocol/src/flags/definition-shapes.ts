import type { DefinitionKind } from './definition.js';
import { FLAG_LIMITS } from './limits.js';
import {
  isObject,
  listOf,
  matching,
  numberFrom,
  objectOf,
  oneOf,
  recordOf,
  shown,
  text,
  yesOrNo,
  type Shape,
} from './shape.js';

/** What a key, and the name of a variant, a rule, an environment or a layer, is made of. */
export const KEY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** The shape of each kind, made when it is asked for: whoever only evaluates carries none of it. */
export function shapeOf(kind: DefinitionKind): Shape {
  const { textLength, variants: mostVariants, rules, environments } = FLAG_LIMITS;
  const key = matching(
    KEY_PATTERN,
    'a name of at most 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
  );
  const prose = text(textLength);
  const attribute = text(FLAG_LIMITS.keyLength);
  const names = listOf(key, 100);
  // Conditions, values and times are looked at once the rest is known to be of its shape.
  const anything: Shape = () => {};
  const object: Shape = (value, path, tell) => {
    if (!isObject(value)) tell(path, `is an object; received ${shown(value)}`);
  };
  const range: Shape = (value, path, tell) => {
    const isPair =
      Array.isArray(value) && value.length === 2 && value.every((each) => Number.isFinite(each));
    if (!isPair)
      tell(path, `is two numbers from 0 to 1, such as [0, 0.5]; received ${shown(value)}`);
  };
  const range01 = listOf(range, 50, 1);

  if (kind === 'group') {
    const value: Shape = (each, path, tell) => {
      if (typeof each === 'number') numberFrom(-Infinity)(each, path, tell);
      else text(FLAG_LIMITS.groupValueLength)(each, path, tell);
    };
    return objectOf(
      { key, values: listOf(value, FLAG_LIMITS.groupValues) },
      { description: prose },
    );
  }
  if (kind === 'segment') {
    const did = objectOf(
      { event: text(200), withinDays: numberFrom(1, 365, true) },
      { atLeast: numberFrom(0, 1e9, true), atMost: numberFrom(0, 1e9, true) },
    );
    return objectOf({ key }, { description: prose, condition: object, did: listOf(did, 20, 1) });
  }
  if (kind === 'experiment') {
    const metric = objectOf(
      { key, kind: oneOf(['conversion', 'count', 'sum', 'ratio']), event: text(200) },
      {
        property: text(200),
        denominator: objectOf({ event: text(200) }, { property: text(200) }),
        windowHours: numberFrom(1, 8_760),
        better: oneOf(['up', 'down']),
      },
    );
    const metrics = listOf(metric, 20);
    const moment = text(40);
    return objectOf(
      {
        key,
        hypothesis: prose,
        status: oneOf(['draft', 'running', 'stopped']),
        variants: listOf(objectOf({ key, range }, { value: anything }), mostVariants, 2),
        phases: listOf(
          objectOf({ key, seed: text(200) }, { started_at: moment, ended_at: moment }),
          100,
        ),
        metrics: objectOf({ goals: metrics }, { secondary: metrics, guardrails: metrics }),
      },
      {
        name: text(200),
        unit: attribute,
        sticky: yesOrNo,
        bucketVersion: numberFrom(0, 1e6, true),
        minBucketVersion: numberFrom(0, 1e6, true),
        layer: objectOf({ name: key, ranges: range01 }),
        holdout: key,
        plannedUnits: numberFrom(1, 1e12, true),
        winner: key,
      },
    );
  }
  const segments = objectOf({}, { all: names, any: names, none: names });
  const rule = objectOf(
    { id: key },
    {
      description: prose,
      condition: object,
      segments,
      schedule: objectOf({}, { from: text(40), to: text(40) }),
      requires: listOf(
        objectOf({ flag: key, variants: listOf(key, mostVariants, 1) }, { gate: yesOrNo }),
        20,
      ),
      serve: objectOf({ variant: key }, { percent: numberFrom(0, 100) }),
      split: listOf(objectOf({ variant: key, weight: numberFrom(0, 1e9) }), mostVariants, 2),
      experiment: key,
      unit: attribute,
    },
  );
  return objectOf(
    {
      key,
      type: oneOf(['boolean', 'string', 'number', 'json']),
      variants: recordOf(key, anything, mostVariants, 1),
      default: key,
      environments: recordOf(
        key,
        objectOf({ isOn: yesOrNo, rules: listOf(rule, rules) }),
        environments,
      ),
    },
    { description: prose, tags: listOf(text(100), 50), off: key },
  );
}
