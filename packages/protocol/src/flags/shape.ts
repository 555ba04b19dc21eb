/** Something wrong with a definition, and where. */
export interface DefinitionFault {
  /** As one would write it in code: `environments.production.rules[2].condition.plan.$gtt`. Empty: the whole. */
  readonly path: string;
  readonly message: string;
}

/** Tells the faults of a value; none: it is of that shape. */
export type Shape = (value: unknown, path: string, tell: Tell) => void;
export type Tell = (path: string, message: string) => void;

type Fields = Readonly<Record<string, Shape>>;

export const text =
  (most: number): Shape =>
  (value, path, tell) => {
    if (typeof value !== 'string') tell(path, `is a text; received ${shown(value)}`);
    else if (value.length > most)
      tell(path, `has ${value.length} characters; the limit is ${most}`);
  };

export const matching =
  (pattern: RegExp, words: string): Shape =>
  (value, path, tell) => {
    if (typeof value !== 'string' || !pattern.test(value))
      tell(path, `is ${words}; received ${shown(value)}`);
  };

export const yesOrNo: Shape = (value, path, tell) => {
  if (typeof value !== 'boolean') tell(path, `is true or false; received ${shown(value)}`);
};

export const numberFrom =
  (least: number, most = Infinity, isWhole = false): Shape =>
  (value, path, tell) => {
    const isFine =
      typeof value === 'number' &&
      (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
      value >= least &&
      value <= most;
    const kind = isWhole ? 'a whole number' : 'a number';
    const bounds = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
    if (!isFine) tell(path, `is ${kind} ${bounds}; received ${shown(value)}`);
  };

export const oneOf =
  (values: readonly string[]): Shape =>
  (value, path, tell) => {
    if (!values.some((each) => each === value))
      tell(path, `is one of ${values.join(', ')}; received ${shown(value)}`);
  };

export const listOf =
  (shape: Shape, most: number, least = 0): Shape =>
  (value, path, tell) => {
    if (!Array.isArray(value)) tell(path, `is a list; received ${shown(value)}`);
    else if (value.length > most) tell(path, `has ${value.length} members; the limit is ${most}`);
    else if (value.length < least) tell(path, `has ${least} members at least`);
    else value.forEach((each, index) => shape(each, `${path}[${index}]`, tell));
  };

/** An object with names of its own choosing. */
export const recordOf =
  (name: Shape, shape: Shape, most: number, least = 0): Shape =>
  (value, path, tell) => {
    if (!isObject(value)) {
      tell(path, `is an object; received ${shown(value)}`);
      return;
    }
    const entries = Object.entries(value);
    if (entries.length > most) tell(path, `has ${entries.length} members; the limit is ${most}`);
    else if (entries.length < least) tell(path, `has ${least} members at least`);
    else
      for (const [key, child] of entries) {
        name(key, at(path, key), (where, message) => tell(where, `the name ${message}`));
        shape(child, at(path, key), tell);
      }
  };

/** An object of these members, and of no others. */
export const objectOf =
  (required: Fields, optional: Fields = {}): Shape =>
  (value, path, tell) => {
    if (!isObject(value)) {
      tell(path, `is an object; received ${shown(value)}`);
      return;
    }
    for (const [key, shape] of Object.entries(required)) {
      if (value[key] === undefined) tell(at(path, key), 'is missing');
      else shape(value[key], at(path, key), tell);
    }
    for (const [key, shape] of Object.entries(optional))
      if (value[key] !== undefined) shape(value[key], at(path, key), tell);
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(required, key) || Object.hasOwn(optional, key)) continue;
      const known = [...Object.keys(required), ...Object.keys(optional)];
      tell(at(path, key), `is not known here. There are ${known.join(', ')}`);
    }
  };

export function at(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a message may quote it. */
export function shown(value: unknown): string {
  const said = JSON.stringify(value) ?? 'nothing';
  return said.length > 60 ? `${said.slice(0, 60)}…` : said;
}
