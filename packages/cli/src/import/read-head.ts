import { UsageError } from '../config.js';
import { detectFormat, LINES_LOOKED_AT, whatStandsThere } from './detect-format.js';
import type { FormatOptions, ImportFormat } from './formats/format.js';
import type { Progress } from './progress.js';
import type { Block } from './read-blocks.js';

/** The format that was given, or else the one that the first lines are of; said either way. */
export function chooseFormat(
  lines: readonly (string | null)[],
  name: string,
  {
    format,
    formatOptions,
    progress,
  }: {
    /** Null: told from the lines. */
    readonly format: ImportFormat | null;
    readonly formatOptions: FormatOptions;
    readonly progress: Pick<Progress, 'note'>;
  },
): ImportFormat {
  const first = lines.filter((line) => line !== null);
  const found = format ? { format, recognised: 0, of: 0 } : detectFormat(first);
  if (!found) {
    throw new UsageError(
      `${name} is of no format known here: ${whatStandsThere(first)}. Give --format if it is one all the same.`,
    );
  }
  progress.note(
    format
      ? `${name}: read as ${found.format.title}`
      : `${name}: ${found.format.title} (${found.recognised} of its first ${found.of} lines are)`,
  );
  if (found.format.name === 'combined' && formatOptions.site === null) {
    const hasHosts = first.some((line) => /^\S+:\d+ \S+ \S+ [^[]*\[/.test(line));
    if (!hasHosts)
      throw new UsageError(
        'An access log does not say where its pages are: give --site https://shop.example.',
      );
  }
  return found.format;
}

/** The first blocks, until there are lines enough to tell the format by; and what cut them short. */
export async function readHead(
  blocks: AsyncGenerator<Block>,
): Promise<{ readonly head: Block[]; readonly fault: Error | null }> {
  const head: Block[] = [];
  try {
    for (let lines = 0; lines < LINES_LOOKED_AT;) {
      const next = await blocks.next();
      if (next.done) break;
      head.push(next.value);
      lines += next.value.filter((line) => line?.trim()).length;
    }
    return { head, fault: null };
  } catch (error) {
    return { head, fault: error as Error };
  }
}

/** The blocks that were looked at, and those behind them. */
export async function* chained(
  head: readonly Block[],
  fault: Error | null,
  rest: AsyncGenerator<Block>,
): AsyncGenerator<Block> {
  yield* head;
  if (fault) throw fault;
  yield* rest;
}
