import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  CONTROL_EVENTS,
  EMPTY_ENRICHMENT,
  EVENT_CODES,
  EVENT_NAMES,
  isControlEvent,
  LIMITS,
  REQUEST_CODES,
} from '../src/index.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function read<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')) as T;
}
const list = (folder: string) => readdirSync(new URL(`../${folder}/`, import.meta.url));

const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  formats: { uuid: UUID },
});
const schemas = new Map(
  list('schemas').map((file) => [file, ajv.compile(read(`schemas/${file}`))]),
);
const accepts = (name: string, value: unknown) => {
  const validate = schemas.get(name);
  if (!validate) throw new Error(`no schema ${name}`);
  return validate(value) ? [] : validate.errors;
};

const enriched = {
  schema_version: 1,
  tenant_id: 't',
  project_id: 'p',
  event: { event_id: '01912d68-783e-7a03-8467-5661c1243ad4', event: 'x', timestamp: 1 },
  client_timestamp: 1,
  timestamp: 1,
  clock: 'client',
  received_at: 2,
  ip: null,
  user_agent: null,
  hints: {},
  sdk: null,
  enrichment: EMPTY_ENRICHMENT,
  person: 1,
};

describe('given the schemas', () => {
  it('compile under JSON Schema 2020-12, strictly', () => {
    expect([...schemas.keys()].sort()).toEqual([
      'batch-result.json',
      'batch.json',
      'error.json',
      'event.json',
      'events-aggregated.json',
      'events-critical.json',
      'events-enriched.json',
      'experiment-definition.json',
      'flag-definition.json',
      'flag-document.json',
      'group-definition.json',
      'segment-definition.json',
    ]);
  });

  it('state the limits that the code states', () => {
    const event = read<{ properties: Record<string, { maxLength?: number }> }>(
      'schemas/event.json',
    );
    expect(event.properties.event?.maxLength).toBe(LIMITS.nameLength);
    for (const id of ['user_id', 'anonymous_id', 'session_id']) {
      expect(event.properties[id]?.maxLength).toBe(LIMITS.idLength);
    }
  });
});

describe('given what is published', () => {
  it('describes and requires every key of the enrichment, with the type of its default', () => {
    const { properties, required } = read<{
      properties: { enrichment: { required: string[]; properties: Record<string, object> } };
      required: string[];
    }>('schemas/events-enriched.json');
    const keys = Object.keys(EMPTY_ENRICHMENT).sort();
    expect(Object.keys(properties.enrichment.properties).sort()).toEqual(keys);
    expect([...properties.enrichment.required].sort()).toEqual(keys);
    expect(required).toContain('schema_version');
    expect(accepts('events-enriched.json', enriched)).toEqual([]);
    expect(accepts('events-enriched.json', { ...enriched, schema_version: 2 })).not.toEqual([]);
    for (const key of keys) {
      const without = { ...EMPTY_ENRICHMENT, [key]: undefined };
      const record = JSON.parse(JSON.stringify({ ...enriched, enrichment: without })) as unknown;
      expect(accepts('events-enriched.json', record)).not.toEqual([]);
    }
  });

  it('may gain members, and then still is what readers of this version know', () => {
    const more = { ...EMPTY_ENRICHMENT, of_next_month: 1 };
    expect(accepts('events-enriched.json', { ...enriched, enrichment: more, x: 1 })).toEqual([]);
  });
});

describe('given the golden vectors', () => {
  it('hold events that the schema accepts', () => {
    const { cases } = read<{ cases: { event: object }[] }>('vectors/events.json');
    for (const { event } of cases) {
      expect(accepts('event.json', event)).toEqual([]);
      expect(accepts('batch.json', { sent_at: 1, events: [event] })).toEqual([]);
    }
    expect(cases.length).toBeGreaterThan(0);
  });

  it('hold answers that the schemas accept, with codes that exist', () => {
    const { cases } = read<{ cases: { status: number; body: unknown }[] }>('vectors/answers.json');
    for (const { status, body } of cases) {
      if (typeof body !== 'object' || body === null) continue;
      expect(accepts(status === 200 ? 'batch-result.json' : 'error.json', body)).toEqual([]);
      if ('code' in body) expect(REQUEST_CODES).toHaveProperty(String(body.code), status);
    }
  });

  it('judge by codes that exist, and by each code that a single event can earn', () => {
    const { cases } = read<{ cases: { code?: string }[] }>('vectors/judgements.json');
    const used = new Set(cases.flatMap(({ code }) => code ?? []));
    for (const code of used) expect(EVENT_CODES).toContain(code);
    const byTheServer = new Set([
      'log_unavailable',
      'not_in_plan',
      'not_storable',
      'rate_limited',
      'schema_violation',
      'unknown_schema_version',
    ]);
    expect([...used].sort()).toEqual(EVENT_CODES.filter((code) => !byTheServer.has(code)).sort());
  });
});

describe('given the names', () => {
  it('keep PX’s control events apart from everyone’s events', () => {
    for (const name of Object.values(CONTROL_EVENTS)) {
      expect(name.startsWith('$')).toBe(true);
      expect(isControlEvent(name)).toBe(true);
    }
    for (const name of Object.values(EVENT_NAMES)) expect(isControlEvent(name)).toBe(false);
  });
});
