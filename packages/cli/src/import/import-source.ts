import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { UsageError } from '../config.js';
import type { Deliver } from './deliver.js';
import { deliverInOrder } from './deliver-in-order.js';
import type { FormatOptions, ImportFormat, ImportedEvent, Reading } from './formats/format.js';
import type { Checkpoint, ImportState } from './import-state.js';
import { createLineIds } from './line-ids.js';
import type { Progress } from './progress.js';
import { chooseFormat, chained, readHead } from './read-head.js';
import { readBlocks } from './read-blocks.js';
import { count, emptyTally, shown, type Tally } from './tally.js';

/** A file, or what comes through a pipe. */
export interface Source {
  readonly name: string;
  readonly totalBytes: number | null;
  /** Null: it can be read once only. */
  readonly reopen: (() => Readable) | null;
  readonly stream: Readable;
}

export interface ImportSourceDeps {
  /** Null: told from the first lines. */
  readonly format: ImportFormat | null;
  readonly formatOptions: FormatOptions;
  readonly withAddress: boolean;
  readonly deliver: (format: ImportFormat) => Deliver;
  readonly state: ImportState;
  readonly restart: boolean;
  readonly progress: Progress;
  readonly clock: () => number;
}

const BATCH_EVENTS = 500;
/** In UTF-16 units of JSON. Even what gzip makes nothing of stays below what a request may be. */
const BATCH_LENGTH = 1_000_000;
/** Writing the state down after each of a thousand batches a second would be most of the work. */
const SAVE_EVERY_MS = 250;
/** Of each kind of fault so many are shown. */
const SHOWN = 5;

/** The source is not the one that the state is about. */
class OtherSourceError extends Error {}

/** Imports one source from where it was left. Resolves with what became of it, from its first line on. */
export async function importSource(source: Source, deps: ImportSourceDeps): Promise<Tally> {
  const { state, restart, progress } = deps;
  const begun = restart ? null : await state.load();
  try {
    return await importFrom(begun, source, deps);
  } catch (error) {
    if (!(error instanceof OtherSourceError)) throw error;
    if (!source.reopen) {
      throw new UsageError(
        `${source.name} is not what ${state.path} is about. Give --restart, or another --state.`,
      );
    }
    progress.note(`${source.name} is another file than before; it is read from its first line`);
    return importFrom(null, { ...source, stream: source.reopen() }, deps);
  }
}

async function importFrom(
  begun: Checkpoint | null,
  source: Source,
  deps: ImportSourceDeps,
): Promise<Tally> {
  const { state, progress, clock } = deps;
  let bytes = 0;
  const blocks = readBlocks(source.stream, { onBytes: (more) => (bytes += more) });
  const { head, fault } = await readHead(blocks);
  if (head.length === 0) {
    if (fault) throw fault;
    if (begun) throw new OtherSourceError();
    return emptyTally();
  }
  const format = chooseFormat(head.flat(), source.name, deps);
  const read = format.createReader(deps.formatOptions);
  const sender = deliverInOrder(deps.deliver(format));
  if (begun) progress.note(`${source.name}: going on after line ${shown(begun.line)}`);

  const ids = createLineIds();
  const trail = createHash('sha256');
  const tally: Tally = begun ? structuredClone(begun.tally) : emptyTally();
  const show = createShow(progress);
  let line = 0;
  let batch: { texts: string[]; lines: number[]; length: number } = emptyBatch();
  /** In bytes of the source, as near as can be told within a block. */
  let position = 0;
  let savedAt = clock();
  /** What the collector said so far, apart from what is read ahead of it; and the last checkpoint made of it. */
  const answered: {
    accepted: number;
    readonly dropped: Record<string, number>;
    latest: Checkpoint | null;
  } = { accepted: tally.accepted, dropped: tally.dropped, latest: null };

  /** Sends what was gathered; once it is answered, everything up to here is. */
  const cut = async () => {
    const { texts, lines } = batch;
    const reached = { line, digest: digestOf(trail), tally: structuredClone(tally) };
    const at = position;
    batch = emptyBatch();
    await sender.push(texts, async (answer) => {
      answered.accepted += answer.accepted;
      for (const { index, code, message } of answer.dropped) {
        count(answered.dropped, code);
        show('dropped', `line ${shown(lines[index] ?? 0)}: dropped, ${code}: ${message}`);
      }
      const { accepted, dropped } = answered;
      const latest = {
        ...reached,
        tally: { ...reached.tally, accepted, dropped: { ...dropped } },
      };
      answered.latest = latest;
      progress.update(at, latest.tally);
      if (clock() - savedAt < SAVE_EVERY_MS) return;
      savedAt = clock();
      await state.save(latest);
    });
  };
  const take = (text: string | null): void => {
    line += 1;
    trail.update(text ?? '(too long)').update('\n');
    const id = ids(text ?? '');
    if (begun && line <= begun.line) {
      if (line === begun.line && digestOf(trail) !== begun.digest) throw new OtherSourceError();
      return;
    }
    tally.lines += 1;
    if (text !== null && text.trim() === '') return;
    const reading: Reading = text === null ? TOO_LONG : read(text);
    if (reading.kind === 'passed') count(tally.passed, reading.reason);
    else if (reading.kind === 'bad') {
      count(tally.bad, reading.reason);
      show('bad', `line ${shown(line)}: ${reading.reason}`);
    } else {
      for (const event of reading.events) {
        const json = JSON.stringify(finished(event, id, deps.withAddress));
        batch.texts.push(json);
        batch.lines.push(line);
        batch.length += json.length;
      }
    }
  };

  try {
    for await (const block of chained(head, fault, blocks)) {
      const from = position;
      for (const [index, text] of block.entries()) {
        take(text);
        position = from + ((bytes - from) * (index + 1)) / block.length;
        if (batch.texts.length >= BATCH_EVENTS || batch.length >= BATCH_LENGTH) await cut();
      }
      if (batch.texts.length === 0)
        progress.update(position, { ...tally, accepted: answered.accepted });
    }
    if (begun && line < begun.line) throw new OtherSourceError();
    await cut();
    await sender.all();
  } finally {
    // Of whatever ends it, what was answered until then is kept.
    await sender.quiet();
    if (answered.latest) await state.save(answered.latest);
    source.stream.destroy();
  }
  return answered.latest?.tally ?? tally;
}

const TOO_LONG: Reading = { kind: 'bad', reason: 'longer than a line may be (1 MiB)' };

function emptyBatch() {
  return { texts: [] as string[], lines: [] as number[], length: 0 };
}

function digestOf(trail: Hash): string {
  return trail.copy().digest('hex');
}

/** An event that has an id keeps it. */
function finished(event: ImportedEvent, id: string, withAddress: boolean): ImportedEvent {
  const known = event.event_id === undefined ? { event_id: id, ...event } : event;
  return withAddress || known.context?.ip === undefined
    ? known
    : { ...known, context: { ...known.context, ip: '' } };
}

/** The first of each kind are told, and then that there are more. */
function createShow(progress: Progress) {
  const shownOf = { bad: 0, dropped: 0 };
  return (kind: 'bad' | 'dropped', text: string): void => {
    shownOf[kind] += 1;
    if (shownOf[kind] <= SHOWN) progress.note(`  ${text}`);
    if (shownOf[kind] === SHOWN + 1) progress.note('  … more of these are counted, and not shown');
  };
}
