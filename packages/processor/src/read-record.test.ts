import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCHEMA_VERSION, type AcceptedEvent, type Enrichment } from '@px-platform/protocol';
import { enrich } from './enrich.js';
import { createRecordReader } from './read-record.js';
import { createSteps } from './steps/index.js';
import { upgraders } from './upgraders/index.js';

interface Vectors {
  readonly places: Readonly<Record<string, { country: string; region: string; city: string }>>;
  readonly cases: readonly {
    readonly title: string;
    readonly record: AcceptedEvent;
    /** Keys that are not named are at their defaults. */
    readonly enrichment?: Partial<Enrichment>;
    readonly fault?: string;
  }[];
}

// Records wait in logs, and old events on phones: what they were read as once, they are read as for ever.
describe('given the golden records', () => {
  const { places, cases } = JSON.parse(
    readFileSync(new URL('../../protocol/vectors/records.json', import.meta.url), 'utf8'),
  ) as Vectors;
  const readRecord = createRecordReader();
  const steps = createSteps({ geo: { find: (ip) => places[ip] ?? null } });

  for (const { title, record, enrichment, fault } of cases) {
    it(`reads ${title}`, () => {
      const read = readRecord(record);
      if (!('accepted' in read)) return expect(read.fault).toBe(fault);
      const { enrichment: found, reports } = enrich(read.accepted, steps);
      expect(reports.filter(({ error }) => error !== undefined)).toEqual([]);
      const told = Object.entries(found).filter(([, value]) => !isNothing(value));
      expect(Object.fromEntries(told)).toEqual(enrichment);
    });
  }

  it('has one of each version that there ever was', () => {
    const versions = new Set(cases.map(({ record }) => record.schema_version as number));
    for (let version = 1; version <= SCHEMA_VERSION; version += 1)
      expect(versions).toContain(version);
  });
});

function isNothing(value: unknown): boolean {
  return (
    value === '' || value === false || (typeof value === 'object' && JSON.stringify(value) === '{}')
  );
}

describe('given the upgraders', () => {
  it('lead without a gap from the oldest version to today’s', () => {
    const versions = upgraders.map(({ from }) => from);
    expect(versions).toEqual(versions.map((_, index) => SCHEMA_VERSION - versions.length + index));
  });

  it('runs them one after the other, and none for what is of today', () => {
    const rename = (from: number) => ({
      from,
      upgrade: ({ names, ...rest }: { readonly [key: string]: unknown }) => ({
        ...(rest as object),
        schema_version: from + 1,
        names: `${String(names)}>${from}`,
      }),
    });
    const read = createRecordReader({ upgraders: [rename(1), rename(2)], current: 3 });
    const record = (schema_version: number) =>
      ({ schema_version, names: 'v', event: { event_id: 'e' } }) as unknown as AcceptedEvent;
    expect(read(record(1))).toMatchObject({ accepted: { schema_version: 3, names: 'v>1>2' } });
    expect(read(record(2))).toMatchObject({ accepted: { schema_version: 3, names: 'v>2' } });
    expect(read(record(3))).toMatchObject({ accepted: { names: 'v' } });
    expect(read(record(0))).toMatchObject({
      fault: expect.stringContaining('version 0') as string,
    });
  });

  it('says which record could not be upgraded, and costs no other', () => {
    const read = createRecordReader({
      upgraders: [
        {
          from: 1,
          upgrade() {
            throw new Error('no context');
          },
        },
      ],
      current: 2,
    });
    expect(read({ schema_version: 1, event: {} } as AcceptedEvent)).toEqual({
      fault: 'the record of schema version 1 cannot be upgraded: no context',
    });
  });
});
