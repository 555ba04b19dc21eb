import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  PLAN_MODES,
  schemaFaults,
  type JsonObject,
  type PlanMode,
  type PlannedEvent,
} from '@px-platform/protocol';

/** An event of the plan as its file says it; or what is wrong with the file. */
export type SchemaFile =
  | { readonly event: string; readonly mode: PlanMode; readonly schema: JsonObject }
  | { readonly event: string; readonly fault: string };

const ENDING = '.json';

/** Reads a folder's files, by name of event. A folder that is not there has none. */
export async function readSchemaFiles(directory: string): Promise<readonly SchemaFile[]> {
  const names = (await readdir(directory).catch(noneWhereAbsent)).filter((name) =>
    name.endsWith(ENDING),
  );
  return Promise.all(
    names.sort().map(async (name) => read(name, await readFile(join(directory, name), 'utf8'))),
  );
}

export async function writeSchemaFiles(
  directory: string,
  events: readonly PlannedEvent[],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const { event, mode, schema } of events) {
    await writeFile(
      join(directory, nameOf(event)),
      `${JSON.stringify({ mode, schema }, null, 2)}\n`,
    );
  }
}

/** Encoded, so that no event's name is a path, nor hidden, nor another on a system that ignores case of escapes. */
export function nameOf(event: string): string {
  return (
    encodeURIComponent(event).replace(
      /[.*]/g,
      (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
    ) + ENDING
  );
}

function read(name: string, text: string): SchemaFile {
  const event = decoded(name.slice(0, -ENDING.length));
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    return { event, fault: `is no JSON: ${(error as Error).message}` };
  }
  const { mode, schema } = (file ?? {}) as { mode?: unknown; schema?: unknown };
  const known = PLAN_MODES.find((each) => each === mode);
  if (!known) return { event, fault: `has no "mode" of ${PLAN_MODES.join(', ')}` };
  const [fault] = schemaFaults(schema);
  if (fault) return { event, fault: `schema${fault.path} ${fault.message}` };
  return { event, mode: known, schema: schema as JsonObject };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function noneWhereAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
