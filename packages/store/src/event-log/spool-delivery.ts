import type { Topic } from '@px-platform/protocol';
import type { ServerLog } from '../server-log.js';
import { LogUnavailableError, type EventLog } from './port.js';
import { appendDurably } from './spool-files.js';
import { parseFrame, type Frame, type SpooledAppend } from './spool-frames.js';
import type { Segment, Spool } from './spool.js';

export interface SpoolDeliveryOptions {
  readonly dir: string;
  readonly log: ServerLog;
  /** Once it is aborted no further append is begun. */
  readonly signal: AbortSignal;
}

/** Carries what waits in a spool to a log, oldest first. */
export interface SpoolDelivery {
  /** Delivers the oldest file, and deletes it. Rejects where the log does not take it now; then goes on from there. */
  deliverOldest(): Promise<void>;
  /** Appends that the log took, since the start. */
  taken(): number;
  /** Records that the log refused for good, since the start. */
  rejected(): number;
}

type Records = SpooledAppend['records'];

/** Appends of one topic that follow one another. */
interface Group {
  readonly topic: Topic;
  readonly records: Records;
}

/** What goes to the log in one append, at most: no more than a broker takes, whatever a batch of an SDK's held. */
const GROUP_RECORDS = 1_000;
const GROUP_BYTES = 1024 * 1024;
/** After so many that were taken the next may be larger again. */
const STEADY = 16;
const REJECTED = 'rejected.jsonl';

/** Creates the delivery; one call at a time. */
export function createSpoolDelivery(
  spool: Pick<Spool, 'oldest'>,
  eventLog: Pick<EventLog, 'append'>,
  { dir, log, signal }: SpoolDeliveryOptions,
): SpoolDelivery {
  /** Kept between the calls: what was taken of a file is not begun again. */
  let underway: { segment: Segment; groups: Iterator<Group>; left: Group | null } | null = null;
  /** Records of the next append. Halved when one is not taken: it may be too large for the log, which says the same then. */
  let step = GROUP_RECORDS;
  let steady = 0;
  let taken = 0;
  let mustKeep = false;
  let rejected = 0;

  const begin = async () => {
    const segment = await spool.oldest();
    return segment && { segment, groups: groupsOf(segment.frames, () => foreign()), left: null };
  };
  const foreign = () => {
    mustKeep = true;
    rejected += 1;
    log.error({ dir }, 'the spool has an append that is not of this version; its file is kept');
  };

  const deliver = async ({ topic, records }: Group) => {
    try {
      await eventLog.append(topic, records);
    } catch (error) {
      if (error instanceof LogUnavailableError) throw error;
      // The log will have none of something here: found one by one, and set aside, so that the rest can go on.
      if (records.length === 1) await setAside(topic, records, error);
      else for (const record of records) await deliver({ topic, records: [record] });
    }
  };
  const setAside = async (topic: Topic, records: Records, refusal: unknown) => {
    rejected += records.length;
    log.error(
      { err: refusal, topic, dir },
      `the log refuses a spooled record; it is kept in ${REJECTED}`,
    );
    const lines = records.map((record) => `${JSON.stringify({ topic, ...record })}\n`);
    await appendDurably(dir, REJECTED, lines.join('')).catch((error: unknown) => {
      // A disk that is full must not keep the rest from leaving it.
      mustKeep = true;
      log.error(
        { err: error, dir },
        `${REJECTED} cannot be written; the file of the spool is kept`,
      );
    });
  };

  return {
    async deliverOldest() {
      underway ??= await begin();
      if (!underway) return;
      for (;;) {
        underway.left ??= (underway.groups.next().value as Group | undefined) ?? null;
        if (!underway.left) break;
        if (signal.aborted) return;
        const { topic, records } = underway.left;
        const some = records.slice(0, step);
        try {
          await deliver({ topic, records: some });
        } catch (error) {
          step = Math.max(1, Math.floor(some.length / 2));
          steady = 0;
          throw error;
        }
        taken += 1;
        steady += 1;
        if (steady % STEADY === 0) step = Math.min(step * 2, GROUP_RECORDS);
        const rest = records.slice(some.length);
        underway.left = rest.length > 0 ? { topic, records: rest } : null;
      }
      const { segment } = underway;
      const outcome = mustKeep ? 'kept' : 'taken';
      underway = null;
      mustKeep = false;
      await segment.done(outcome);
    },
    taken: () => taken,
    rejected: () => rejected,
  };
}

/** Parsed as they are asked for: a whole file at once would hold up the process. */
function* groupsOf(frames: readonly Frame[], onForeign: () => void): Generator<Group> {
  let group = null as { topic: Topic; records: Records[number][]; bytes: number } | null;
  for (const frame of frames) {
    const append = parseFrame(frame);
    if (!append) {
      onForeign();
      continue;
    }
    for (const { topic, records, bytes } of piecesOf(append, frame.payload.length)) {
      const fits =
        group?.topic === topic &&
        group.records.length + records.length <= GROUP_RECORDS &&
        group.bytes + bytes <= GROUP_BYTES;
      if (group && fits) {
        group.records.push(...records);
        group.bytes += bytes;
      } else {
        if (group) yield group;
        group = { topic, records: [...records], bytes };
      }
    }
  }
  if (group) yield group;
}

/** An append that is larger than a group goes record by record, each with its own weight. */
function piecesOf({ topic, records }: SpooledAppend, bytes: number) {
  if (records.length <= GROUP_RECORDS && bytes <= GROUP_BYTES) return [{ topic, records, bytes }];
  return records.map((record) => ({
    topic,
    records: [record],
    bytes: Buffer.byteLength(JSON.stringify(record)),
  }));
}
