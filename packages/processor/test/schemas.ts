import { createRequire } from 'node:module';

interface Validate {
  (record: unknown): boolean;
  readonly errors?: readonly object[] | null;
}
interface Ajv {
  compile(schema: unknown): Validate;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** As the protocol resolves it: the schemas are its own, and so is what they are compiled with. */
const ofProtocol = createRequire(import.meta.resolve('@px-platform/protocol/package.json'));
const { Ajv2020 } = ofProtocol('ajv/dist/2020.js') as {
  readonly Ajv2020: new (options: object) => Ajv;
};
const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, formats: { uuid: UUID } });

/** What a published record departs in from its JSON Schema: nothing, if all is well. */
export function schemaErrors(
  name: 'events-enriched' | 'events-aggregated' | 'events-critical',
): (record: unknown) => readonly string[] {
  const validate = ajv.compile(ofProtocol(`./schemas/${name}.json`));
  return (record) =>
    validate(record) ? [] : (validate.errors ?? []).map((each) => JSON.stringify(each));
}
