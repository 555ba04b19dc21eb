import {
  breakingChanges,
  canonical,
  type PlannedEvent,
  type TrackingPlan,
} from '@px-platform/protocol';
import { createAsk } from '../ask-api.js';
import type { SchemaConfig } from './config.js';
import { readSchemaFiles, writeSchemaFiles, type SchemaFile } from './schema-files.js';

export interface SchemaDeps {
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  /** Takes a line to print. @default console.log */
  readonly say?: (line: string) => void;
}

/** Does what was asked. False: a file is wrong, or would break events that are right. */
export async function runSchema(
  config: SchemaConfig,
  { fetch = globalThis.fetch, say = (line) => console.log(line) }: SchemaDeps = {},
): Promise<boolean> {
  const { action, directory, project, force } = config;
  const path = `/v1/projects/${encodeURIComponent(project)}/schemas`;
  const ask = createAsk({ ...config, fetch });

  const plan = (await ask('GET', path)) as TrackingPlan;
  if (action === 'pull') {
    await writeSchemaFiles(directory, plan.events);
    say(`${plan.events.length} events of ${project} are in ${directory}`);
    return true;
  }
  const files = await readSchemaFiles(directory);
  const compared = files.map((file) => compare(file, plan.events));
  for (const { lines } of compared) for (const line of lines) say(line);
  const isFine = compared.every(({ isWrong, isBreaking }) => !isWrong && (!isBreaking || force));
  if (!isFine) {
    say(
      action === 'push'
        ? 'Nothing was sent. --force sends what breaks, if the key is an admin’s.'
        : 'Not fine.',
    );
    return false;
  }
  const changed = compared.filter(({ isChanged }) => isChanged);
  if (action === 'push') {
    for (const { put, event } of changed) {
      await ask('PUT', `${path}/${encodeURIComponent(event)}`, { ...put, ...(force && { force }) });
    }
  }
  say(`${changed.length} of ${files.length} ${action === 'push' ? 'sent' : 'differ'}`);
  return true;
}

function compare(file: SchemaFile, planned: readonly PlannedEvent[]) {
  const { event } = file;
  const none = { event, put: {}, isWrong: false, isBreaking: false, isChanged: false };
  if ('fault' in file) return { ...none, isWrong: true, lines: [`✗ ${event}: ${file.fault}`] };
  const { mode, schema } = file;
  const before = planned.find((each) => each.event === event);
  const put = { mode, schema, based_on: before?.version ?? 0 };
  if (!before) return { ...none, put, isChanged: true, lines: [`+ ${event}: new, ${mode}`] };
  const isSame = canonical(before.schema) === canonical(schema);
  if (isSame && before.mode === mode) return { ...none, put, lines: [] };
  const breaks = breakingChanges(before.schema, schema);
  const what = [
    isSame ? [] : [`version ${before.version} changes`],
    before.mode === mode ? [] : [`${before.mode} becomes ${mode}`],
  ].flat();
  return {
    ...none,
    put,
    isChanged: true,
    isBreaking: breaks.length > 0,
    lines: [
      `${breaks.length > 0 ? '✗' : '~'} ${event}: ${what.join(', ')}`,
      ...breaks.map((fault) => `    ${fault.path || 'schema'}: ${fault.message}`),
    ],
  };
}
