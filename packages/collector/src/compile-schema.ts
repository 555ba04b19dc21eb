import { createRequire } from 'node:module';
import { Ajv2020, type ErrorObject, type Options } from 'ajv/dist/2020.js';
import type { FormatsPlugin } from 'ajv-formats';
import { PLAN_FORMATS, PLAN_LIMITS, schemaFaults, type JsonObject } from '@px-platform/protocol';

type RegExpEngine = NonNullable<NonNullable<Options['code']>['regExp']>;

/** How properties depart from a schema, as a sentence; null where they do not. */
export type CheckProperties = (properties: object) => string | null;

export type CompileSchema = (schema: JsonObject) => CheckProperties;

/** Compiles schemas of tracking plans. Throws for one that `schemaFaults` finds fault with. */
export function createCompileSchema(): CompileSchema {
  // Bundled as CommonJS whose default export TypeScript and Node read differently.
  const addFormats = createRequire(import.meta.url)('ajv-formats') as FormatsPlugin;
  const ajv = new Ajv2020({
    // `schemaFaults` is stricter, and costs less.
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    // Which texts are wrong is for the message; the rest of what Ajv could tell costs time.
    allErrors: false,
    ownProperties: true,
    code: { regExp: boundedRegExp },
  });
  addFormats(ajv, { mode: 'fast', formats: [...PLAN_FORMATS] });

  return (schema) => {
    const [fault] = schemaFaults(schema);
    if (fault) throw new Error(`the schema cannot be used: ${fault.path || 'it'} ${fault.message}`);
    const isRight = ajv.compile(schema);
    // Ajv would hold on to every schema it ever saw; the one who asked holds the function.
    ajv.removeSchema(schema);
    return (properties) => {
      if (isRight(properties)) return null;
      const error = isRight.errors?.[0];
      return error ? sentence(error, properties) : 'properties are not as planned';
    };
  };
}

/** A pattern is tried on short texts only: what it may cost is bounded together with its form. */
const boundedRegExp: RegExpEngine = Object.assign(
  (pattern: string, flags: string) => {
    const expression = new RegExp(pattern, flags);
    return {
      // What Ajv tells patterns apart by.
      toString: () => expression.toString(),
      test: (text: string) => text.length <= PLAN_LIMITS.matchedLength && expression.test(text),
    } as RegExp;
  },
  { code: 'boundedRegExp' },
);

function sentence(error: ErrorObject, properties: object): string {
  const keys = error.instancePath.split('/').slice(1).map(unescaped);
  const path = ['properties', ...keys].join('.');
  const value = keys.reduce<unknown>(member, properties);
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'required':
      return `${path}.${String(params['missingProperty'])} is missing; the plan wants it`;
    case 'additionalProperties':
      return `${path}.${String(params['additionalProperty']).slice(0, 100)} is not in the plan, which takes no others`;
    case 'enum':
      return `${path} is ${shown(value)}; the plan wants ${listed(params['allowedValues'])}`;
    case 'const':
      return `${path} is ${shown(value)}; the plan wants ${shown(params['allowedValue'])}`;
    case 'type':
      return `${path} is ${shown(value)}; the plan wants ${String(params['type']).replaceAll(',', ' or ')}`;
    case 'pattern':
      return typeof value === 'string' && value.length > PLAN_LIMITS.matchedLength
        ? `${path} has ${value.length} characters; patterns are tried on ${PLAN_LIMITS.matchedLength} at most`
        : `${path} is ${shown(value)}; the plan wants what matches ${String(params['pattern'])}`;
    case 'format':
      return `${path} is ${shown(value)}; the plan wants a ${String(params['format'])}`;
    default:
      return `${path} is ${shown(value)}; the plan wants that it ${(error.message ?? 'fits').replace(/^must /, '')}`;
  }
}

function listed(values: unknown): string {
  const list = Array.isArray(values) ? values : [];
  const rest = list.length - 8;
  return list.slice(0, 8).map(shown).join(', ') + (rest > 0 ? ` or ${rest} others` : '');
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length} characters)` : text;
}
