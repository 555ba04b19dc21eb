import { describe, expect, it } from 'vitest';
import {
  completeRules,
  type AcceptedEvent,
  type PrivacyRules,
  type PxEvent,
} from '@px-platform/protocol';
import { personalToken } from '@px-platform/store';
import { enrich } from '../enrich.js';
import { anonymousNamedBy } from '../people.js';
import { createSteps } from '../steps/index.js';
import { maskFound } from './mask-event.js';
import { createMasker } from './masker.js';

const SECRET = 'a secret';
const h = (text: string) => personalToken(SECRET, text);
const steps = createSteps();

function found(event: Partial<PxEvent>, more: Partial<AcceptedEvent> = {}) {
  const accepted: AcceptedEvent = {
    schema_version: 1,
    tenant_id: 't',
    project_id: 'shop',
    event: {
      event_id: '01912d68-783e-7a03-8467-000000000001',
      event: 'x',
      anonymous_id: 'anon-1',
      timestamp: 0,
      properties: {},
      ...event,
    },
    client_timestamp: 0,
    timestamp: 0,
    clock: 'client',
    received_at: 0,
    ip: '203.0.113.77',
    user_agent: null,
    hints: {},
    sdk: null,
    ...more,
  };
  return { accepted, ...enrich(accepted, steps), anonymous: anonymousNamedBy(accepted) };
}

const masked = (given: ReturnType<typeof found>, rules: Partial<PrivacyRules> = {}) =>
  maskFound(given, createMasker({ rules: completeRules(rules), secret: SECRET }), steps);

describe('given an event that says nothing of anybody', () => {
  it('copies nothing of it but what holds its address', () => {
    const given = found({
      properties: { plan: 'pro', nested: { step: 2 } },
      context: { locale: 'pt' },
    });
    const made = masked(given);
    expect(made.accepted).toEqual({ ...given.accepted, ip: '203.0.113.0' });
    expect(made.accepted.event).toBe(given.accepted.event);
    expect(made.enrichment).toBe(given.enrichment);
    expect(made.reports).toEqual(given.reports);
  });

  it('masks a column that a tenant has named as a field', () => {
    const given = found({ context: { timezone: 'America/Sao_Paulo', page: { title: 'Inbox' } } });
    const made = masked(given, { fields: { page_title: 'drop', timezone: 'hash' } });
    expect(made.enrichment).toMatchObject({ page_title: '', timezone: h('America/Sao_Paulo') });
    expect(JSON.stringify(made.reports)).not.toMatch(/Inbox|Sao_Paulo/);
  });
});

describe('given an event of somebody known by an e-mail address', () => {
  const given = found({
    event: '$identify',
    user_id: 'Ana@Shop.example',
    anonymous_id: 'ana@old.example',
    properties: { 'ana@shop.example': { 'b@x.io': 'c@x.io' }, $set: { email: 'ana@shop.example' } },
    context: { page: { url: 'https://s.example/u/ana@shop.example?to=b%40x.io' } },
  });
  const made = masked(given);

  it('leaves the person’s canonical ids as they were, and hashes the ids as sent', () => {
    expect(made.enrichment.user_id).toBe(given.enrichment.user_id);
    expect(made.anonymous?.user_id).toBe(given.anonymous?.user_id);
    expect(made.accepted.event).toMatchObject({
      event: '$identify',
      user_id: h('ana@shop.example'),
      anonymous_id: h('ana@old.example'),
    });
    expect(made.enrichment.distinct_id).toBe(h('ana@shop.example'));
    expect(made.anonymous?.distinct_id).toBe(h('ana@old.example'));
  });

  it('hashes it alike in the event, in the columns made of it, and in what the steps report', () => {
    const [ana, b, c] = [h('ana@shop.example'), h('b@x.io'), h('c@x.io')];
    expect(made.accepted.event.properties).toEqual({ [ana]: { [b]: c }, $set: { email: ana } });
    expect(made.enrichment.properties).toEqual({ [`${ana}.${b}`]: c, '$set.email': ana });
    expect(made.enrichment).toMatchObject({
      page_url: `https://s.example/u/${ana}?to=${b}`,
      page_path: `/u/${ana}`,
    });
    const reported = Object.assign({}, ...made.reports.map(({ added }) => added)) as object;
    for (const [key, value] of Object.entries(reported)) {
      expect(value, key).toEqual(made.enrichment[key as keyof typeof made.enrichment]);
    }
    expect(JSON.stringify(made)).not.toMatch(/@/);
  });
});

describe('given what departs from a tracking plan, or breaks a step', () => {
  it('masks the words about it, also where only the key told that it is personal', () => {
    const long = `Ana ${'of many names '.repeat(10)}`;
    const given = found(
      { properties: { customer_name: long, short: 'Ana' } },
      {
        violation: {
          code: 'schema_violation',
          message: `properties.customer_name is "${long.slice(0, 59)}… (144 characters); the plan wants "a".`,
        },
      },
    );
    const broken = {
      ...given,
      reports: [
        { step: 'x', added: {}, micros: 1, error: `cannot read "Ana" of ana@shop.example` },
      ],
    };
    const made = masked(broken, { fields: { customer_name: 'hash', short: 'drop' } });
    expect(made.accepted.violation?.message).toBe(
      `properties.customer_name is "${h(long)}… (144 characters); the plan wants "a".`,
    );
    expect(made.reports[0]?.error).toBe(`cannot read "[dropped]" of ${h('ana@shop.example')}`);
  });
});
