import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createAsk } from '../ask-api.js';
import { UsageError } from '../config.js';
import { compareTypes } from './compare-types.js';
import type { CodegenConfig } from './config.js';
import { printTypes } from './print-types.js';
import { readProject } from './read-project.js';

export interface CodegenDeps {
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  /** Takes a line to print. @default console.log */
  readonly say?: (line: string) => void;
}

/** Writes the file, or compares it. False: it was to be compared, and differs. */
export async function runCodegen(
  config: CodegenConfig,
  { fetch = globalThis.fetch, say = (line) => console.log(line) }: CodegenDeps = {},
): Promise<boolean> {
  const { out, isCheck } = config;
  const found = await readProject(createAsk({ ...config, fetch }), config);
  const { project, flags, experiments, events } = found;
  const text = printTypes(found, config);
  const before = await readOld(out);
  const differences = before === null ? [] : compareTypes(before, text);
  for (const line of differences.slice(0, MOST_LINES)) say(line);
  if (differences.length > MOST_LINES) say(`… and ${differences.length - MOST_LINES} more`);
  if (isCheck) {
    if (before === null) say(`${out} is not there. Run px codegen.`);
    else if (differences.length > 0) say(`${out} is not as ${project} is. Run px codegen.`);
    else say(`${out} is as ${project} is.`);
    return before !== null && differences.length === 0;
  }
  // What is written anew has compilers that watch begin anew.
  if (before === null || differences.length > 0) await writeWhole(out, text);
  say(
    `${out} has ${flags.length} flags, ${experiments.length} experiments and ${events.length} events of ${project}`,
  );
  return true;
}

const MOST_LINES = 50;

/** Null: there is none. */
async function readOld(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UsageError(`px codegen: ${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Whole or not at all: whoever compiles meanwhile sees the one file or the other. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw new UsageError(`px codegen: ${path} cannot be written: ${(error as Error).message}`);
  }
}
