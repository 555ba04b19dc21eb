import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const read = (path) => readFileSync(at(path), 'utf8');
export const list = (path) => readdirSync(at(path)).sort();

/** The documents of a YAML file; anchors and merges resolved, as compose and kubectl do. */
export function readYaml(path) {
  return parseAllDocuments(read(path), { merge: true, strict: true }).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0].message}`);
    return document.toJS();
  });
}

/** What is wrong with a value by a schema of test/schemas; nothing, if nothing is. */
export function checker(name) {
  const schema = JSON.parse(read(`test/schemas/${name}.json`));
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(schema, name);
  return (value, definition = '') => {
    const isValid = ajv.getSchema(name + definition);
    if (!isValid) throw new Error(`${name}.json has no ${definition}`);
    if (isValid(value)) return [];
    return isValid.errors.map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

/** The variables that services read, by the one file that reads them. */
export function variablesRead() {
  const source = readFileSync(at('../packages/cli/src/services/config.ts'), 'utf8');
  return new Set(source.match(/(?<=env\.|'|, )(?:PX|KAFKA|CLICKHOUSE|POSTGRES|REDIS)_[A-Z_]+/g));
}
