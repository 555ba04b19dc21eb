import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../config.js';
import type { ImportConfig } from './config.js';
import { createDeliver } from './deliver.js';
import { importSource, type Source } from './import-source.js';
import { fileState, noState, statePath, type ImportState } from './import-state.js';
import type { Progress } from './progress.js';
import { barProgress, lineProgress } from './progress.js';
import { shown, sum, told, type Tally } from './tally.js';

export interface ImportDeps {
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  /** Takes a line of the result. @default console.log */
  readonly say?: (line: string) => void;
  /** @default a bar on a terminal, else lines; both on stderr */
  readonly progress?: Progress;
  /** Stops it. @default never */
  readonly signal?: AbortSignal;
  /** @default process.stdin */
  readonly stdin?: NodeJS.ReadableStream;
  /** Milliseconds; rejects when stopped. @default the real thing */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
}

/** How it ended. The figures are the exit codes. */
export const OUTCOMES = { done: 0, failed: 1, incomplete: 2, stopped: 130 } as const;

const STATE_DIRECTORY = '.px/import';
const STDIN = '-';

/** Imports each file, one after the other. Resolves with the exit code; a fault of one file ends them all. */
export async function runImport(
  config: ImportConfig,
  {
    fetch = globalThis.fetch,
    say = (line) => console.log(line),
    progress = defaultProgress(),
    signal = new AbortController().signal,
    stdin = process.stdin,
    sleep: wait = (ms) => sleep(ms, undefined, { signal }),
    clock = Date.now,
  }: ImportDeps = {},
): Promise<number> {
  const { url, key, files, format, site, hashKey, withAddress, restart, patienceMs } = config;
  const startedAt = clock();
  let isComplete = true;
  let waitsUntil = 0;
  /** Of several batches that are told the same, one is enough to hear of. */
  const onWait = (reason: string, ms: number) => {
    if (clock() < waitsUntil) return;
    waitsUntil = clock() + ms;
    progress.note(`  waiting ${shown(Math.ceil(ms / 1_000))} s: ${reason}`);
  };

  for (const file of files) {
    const source = await openSource(file, stdin);
    const name = source.name;
    const stop = () => source.stream.destroy(new Error('stopped'));
    signal.addEventListener('abort', stop, { once: true });
    progress.start(name, source.totalBytes);
    try {
      signal.throwIfAborted();
      const tally = await importSource(source, {
        format,
        formatOptions: { site, hashKey },
        withAddress,
        restart,
        state: stateOf(file, config),
        progress,
        clock,
        deliver: (found) =>
          createDeliver({
            url,
            key,
            sdk: { name: `px-import-${found.name}`, version: '1' },
            fetch,
            sleep: wait,
            clock,
            signal,
            patienceMs,
            onWait,
          }),
      });
      progress.stop();
      summary(name, tally).forEach(say);
      isComplete &&= sum(tally.bad) === 0 && sum(tally.dropped) === 0;
    } catch (error) {
      progress.stop();
      if (signal.aborted) {
        say(`${name}: stopped. The same command goes on after the last line that was answered.`);
        return OUTCOMES.stopped;
      }
      if (error instanceof UsageError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(
        `${name} cannot be read to its end: ${reason}. What was answered until there is stored.`,
        { cause: error },
      );
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
  const seconds = Math.max(clock() - startedAt, 1) / 1_000;
  say(`${files.length === 1 ? 'Done' : `${files.length} files done`} in ${seconds.toFixed(1)} s.`);
  return isComplete ? OUTCOMES.done : OUTCOMES.incomplete;
}

async function openSource(file: string, stdin: NodeJS.ReadableStream): Promise<Source> {
  if (file === STDIN) {
    return {
      name: 'standard input',
      totalBytes: null,
      reopen: null,
      stream: stdin as Source['stream'],
    };
  }
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });
  if (facts.isDirectory()) throw new UsageError(`${file} is a folder. Name its files: ${file}/*`);
  const open = () => createReadStream(file, { highWaterMark: 256 * 1024 });
  return { name: basename(file), totalBytes: facts.size, reopen: open, stream: open() };
}

function stateOf(
  file: string,
  { state, url, key, files }: Pick<ImportConfig, 'state' | 'url' | 'key' | 'files'>,
): ImportState {
  if (state !== null && state.endsWith('.json')) {
    if (files.length > 1)
      throw new UsageError(
        `--state ${state} is one file, and there are ${files.length} to import.`,
      );
    return fileState(state);
  }
  // What comes through a pipe has no name to be known again by.
  if (file === STDIN) return noState;
  return fileState(statePath(state ?? STATE_DIRECTORY, { file, url, key }));
}

function summary(name: string, tally: Tally): string[] {
  const { lines, accepted, dropped, passed, bad } = tally;
  return [
    `${name}: ${shown(lines)} lines, ${shown(accepted)} events stored`,
    ...(sum(dropped) > 0 ? [`  dropped by the collector: ${told(dropped)}`] : []),
    ...(sum(bad) > 0 ? [`  could not be read: ${told(bad)}`] : []),
    ...(sum(passed) > 0 ? [`  are no events: ${told(passed)}`] : []),
  ];
}

function defaultProgress(): Progress {
  return process.stderr.isTTY
    ? barProgress()
    : lineProgress({ say: (line) => console.error(line) });
}
