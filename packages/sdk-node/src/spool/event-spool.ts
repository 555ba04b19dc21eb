import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isUuid } from '@px-platform/protocol';
import type { Disposer, Ledger, Logger, Stats } from '@px-platform/sdk-core';
import type { SpoolSettings } from '../client-options.js';
import { NODE_DROP_REASONS } from '../errors.js';
import type { EventQueue, MemoryQueue } from '../event-queue.js';
import { nodePlatform } from '../node-platform.js';
import { folderName, removeEmpty, takeOver } from './leftovers.js';
import { createOwner } from './owner.js';
import {
  createSegment,
  deleteSegment,
  noteSettled,
  readOn,
  SEGMENT_SUFFIX,
  type Found,
  type Segment,
  type SegmentWriter,
  type Slot,
} from './segment.js';

/** What the spool knows beside the books. */
export interface SpoolStats {
  /** Bytes of events on disk that are this client's, settled ones of unfinished files among them. */
  readonly bytes: number;
  /** Events that wait on disk alone; part of `pending`. */
  readonly waiting: number;
  /** Events that processes left which are gone; they count as accepted here, too. */
  readonly recovered: number;
  /** Events that the disk did not take: in memory alone. */
  readonly unsaved: number;
}

/** A queue whose events are on disk, too. */
export interface EventSpool extends EventQueue {
  /** The books with what is on disk alone. */
  addTo(stats: Stats): Stats & { readonly spool: SpoolStats };
}

const BEAT_MS = 5_000;
const SEGMENT_BYTES = 4 * 1_024 * 1_024;
/** Of a small spool, too, the oldest is a small part. */
const SEGMENTS = 8;

/**
 * Creates a spool before a queue in memory: each event is written down before `add` returns, and the memory is a window
 * over what is on disk. Files of clients that are gone are taken over. Why so: docs/adr/0032.
 */
export function createEventSpool({
  spool: { directory, maxBytes, syncEveryMs },
  target,
  memory,
  createId,
  ledger,
  log,
  onReady,
}: {
  readonly spool: SpoolSettings;
  /** Whose events these are: files of other projects are left alone. */
  readonly target: readonly string[];
  readonly memory: MemoryQueue;
  readonly createId: () => string;
  readonly ledger: Pick<Ledger, 'accept' | 'drop' | 'handOver' | 'refuse'>;
  readonly log: Logger;
  /** There is something to send that was not added. */
  readonly onReady: () => void;
}): EventSpool {
  const root = path.join(path.resolve(directory), nameOf(target));
  const owner = createOwner(root, createId());
  const segmentBytes = Math.min(SEGMENT_BYTES, Math.ceil(maxBytes / SEGMENTS));
  /** The oldest first. */
  let segments: Segment[] = [];
  let writer: SegmentWriter | null = null;
  let folders = 0;
  let home = '';
  let files = 0;
  /** Of all segments: on disk and not in memory. */
  let unread = 0;
  let ownBytes = 0;
  let othersBytes = 0;
  let recovered = 0;
  let unsaved = 0;
  /** Since when the disk takes nothing: until the next beat. */
  let isOut = false;
  let isClosed = false;
  let isSyncWished = false;
  let stopSync: Disposer = () => {};

  const nextFolder = () => path.join(root, folderName(owner.token, folders++));
  const fail = (cause: unknown) => {
    isOut = true;
    seal();
    const { code } = Object(cause);
    log.error(
      'spool',
      `the spool in ${directory} cannot be used (${String(code ?? cause)}). Events go on in memory; who kills the process loses them.`,
    );
  };
  const claim = () => {
    try {
      mkdirSync(root, { recursive: true, mode: 0o700 });
      owner.claim();
      home ||= nextFolder();
      mkdirSync(home, { recursive: true, mode: 0o700 });
      isOut = false;
    } catch (cause) {
      fail(cause);
    }
  };

  /** Nothing more is written to the newest segment. */
  const seal = (isSynced = isSyncWished) => {
    const sealed = writer;
    writer = null;
    stopSync();
    isSyncWished = false;
    try {
      sealed?.close(isSynced);
    } catch (cause) {
      fail(cause);
    }
  };
  const wishSync = () => {
    if (syncEveryMs === 0 || isSyncWished) return;
    isSyncWished = true;
    stopSync = nodePlatform.timers.setTimer(() => {
      isSyncWished = false;
      writer?.sync(fail);
    }, syncEveryMs);
  };
  const forget = (segment: Segment) => {
    if (segment === writer?.segment) seal(false);
    segments = segments.filter((each) => each !== segment);
    ownBytes -= segment.bytes;
    unread -= segment.unread;
    segment.isGone = true;
  };
  const remove = (segment: Segment) => {
    forget(segment);
    deleteSegment(segment);
    const folder = path.dirname(segment.path);
    if (folder !== home) removeEmpty(folder);
  };
  const lose = (count: number, reason: string) => {
    for (let nth = 0; nth < count; nth += 1) ledger.refuse(reason);
  };

  /** Null where the disk does not take it. */
  const write = (json: string, bytes: number): Slot | null => {
    if (isOut || isClosed) return null;
    try {
      if (writer && writer.segment.bytes >= segmentBytes) seal();
      if (!writer) {
        files += 1;
        writer = createSegment(
          path.join(home, `${String(files).padStart(8, '0')}${SEGMENT_SUFFIX}`),
        );
        segments.push(writer.segment);
      }
      const slot = writer.append(json, bytes);
      ownBytes += bytes + 1;
      wishSync();
      return slot;
    } catch (cause) {
      fail(cause);
      return null;
    }
  };
  /** What is beyond the bounds costs the oldest file, in memory, too: it is what waits that is bounded. */
  const trim = () => {
    while (ownBytes + othersBytes > maxBytes) {
      const [oldest, next] = segments;
      if (!oldest || !next) return;
      const dropped = memory.discard(({ slot }) => slot?.segment === oldest);
      for (const { key } of dropped) ledger.drop(key, NODE_DROP_REASONS.spoolFull);
      lose(oldest.unread, NODE_DROP_REASONS.spoolFull);
      if (dropped.length + oldest.unread > 0)
        log.warn('spool_full', 'more waits than spool.maxBytes; the oldest events are dropped.');
      remove(oldest);
    }
  };

  /** Reads on into memory. False where it got no further. */
  const load = (): boolean => {
    const segment = segments.find((each) => each.unread > 0);
    if (!segment) return false;
    const before = segment.readBytes;
    try {
      readOn(segment, (found) => take(segment, found));
    } catch (cause) {
      log.error('spool_lost', `events in ${segment.path} cannot be read and are lost.`, cause);
      lose(segment.unread, NODE_DROP_REASONS.spoolLost);
      segment.left -= segment.unread;
      unread -= segment.unread;
      segment.unread = 0;
      if (segment.left === 0) remove(segment);
    }
    return segment.isGone || segment.unread === 0 || segment.readBytes > before;
  };
  const take = (segment: Segment, { line, json, bytes }: Found): boolean => {
    if (!memory.hasRoom(bytes)) return false;
    unread -= 1;
    const key = keyOf(json);
    if (key !== null) {
      ledger.accept(key);
      memory.add({ key, json, bytes, slot: { segment, line } });
      return true;
    }
    ledger.refuse(NODE_DROP_REASONS.spoolCorrupt);
    log.warn('spool_corrupt', `a line of ${segment.path} is no event; it is passed over.`);
    segment.left -= 1;
    noteSettled(segment, [line]);
    return true;
  };

  /** Looks after the directory: says that we live, sees whether it is still there, and what others have left. */
  const beat = async (): Promise<void> => {
    if (isOut || !owner.beat() || (writer && !writer.isThere())) {
      loseWhatIsGone(await gone(segments));
      if (isClosed) return;
      claim();
    }
    if (!isOut) await look();
  };
  const loseWhatIsGone = (missing: readonly Segment[]) => {
    for (const segment of missing) {
      if (segment.isGone) continue;
      const { unread: lost } = segment;
      forget(segment);
      lose(lost, NODE_DROP_REASONS.spoolLost);
      log.error(
        'spool_lost',
        `files of the spool in ${directory} are gone. What is in memory is sent; ${lost} events that were not are lost.`,
      );
    }
  };
  const look = async (): Promise<void> => {
    const { taken, othersBytes: bytes } = await takeOver({
      root,
      isOwn: (token) => token === owner.token,
      nextFolder,
      isClosed: () => isClosed,
    });
    othersBytes = bytes;
    if (isClosed || taken.length === 0) return;
    // New ones come after them, once we have begun.
    if (spool.whenReady === null) seal();
    segments = spool.whenReady === null ? [...segments, ...taken] : [...taken, ...segments];
    for (const segment of taken) {
      ownBytes += segment.bytes;
      unread += segment.unread;
      recovered += segment.unread;
    }
    trim();
    onReady();
  };

  claim();
  let stopBeat: Disposer = () => {};
  const beatAgain = () => {
    if (isClosed) return;
    stopBeat = nodePlatform.timers.setTimer(() => {
      void beat().catch(fail).then(beatAgain);
    }, BEAT_MS);
  };

  const spool: EventSpool & { whenReady: Promise<void> | null } = {
    whenReady: (isOut ? Promise.resolve() : look().catch(fail)).then(() => {
      spool.whenReady = null;
      if (isClosed) return;
      beatAgain();
      onReady();
    }),
    add(entry) {
      const slot = write(entry.json, entry.bytes);
      if (slot === null) {
        unsaved += 1;
        memory.add(entry);
        return;
      }
      const { segment } = slot;
      if (spool.whenReady === null && unread === 0 && memory.hasRoom(entry.bytes)) {
        segment.readLines = segment.lines;
        segment.readBytes = segment.bytes;
        memory.add({ ...entry, slot });
      } else {
        segment.unread += 1;
        unread += 1;
        ledger.handOver(entry.key);
      }
      trim();
    },
    lease(limits) {
      if (spool.whenReady !== null) return [];
      while (memory.waiting() < limits.limit && unread > 0 && load());
      return memory.lease(limits);
    },
    settle(entries) {
      memory.settle(entries);
      // Who comes after us sends them again, unless they were settled in time.
      if (isClosed) return;
      const settled = new Map<Segment, number[]>();
      for (const { slot } of entries) {
        if (!slot || slot.segment.isGone) continue;
        slot.segment.left -= 1;
        const lines = settled.get(slot.segment);
        if (lines) lines.push(slot.line);
        else settled.set(slot.segment, [slot.line]);
      }
      for (const [segment, lines] of settled) {
        if (segment.left === 0) remove(segment);
        else noteSettled(segment, lines);
      }
    },
    giveBack: memory.giveBack,
    waiting: () => (spool.whenReady === null ? memory.waiting() + unread : 0),
    waitingBytes: memory.waitingBytes,
    newest: () => memory.newest() + unread,
    oldest: () => (unread > 0 ? Math.min(memory.oldest(), memory.newest() + 1) : memory.oldest()),
    close() {
      isClosed = true;
      stopBeat();
      seal();
      const lost = memory.close().filter(({ slot }) => !slot || slot.segment.isGone);
      for (const segment of segments) if (segment.left === 0) deleteSegment(segment);
      removeEmpty(home);
      owner.release();
      return lost;
    },
    addTo: ({ accepted, pending, ...rest }) => ({
      ...rest,
      accepted: accepted + unread,
      pending: pending + unread,
      spool: { bytes: ownBytes, waiting: unread, recovered, unsaved },
    }),
  };
  return spool;
}

/** The key of what is a whole event. */
function keyOf(json: string): string | null {
  try {
    const { event_id: key } = Object(JSON.parse(json)) as { readonly event_id?: unknown };
    return isUuid(key) ? key : null;
  } catch {
    return null;
  }
}

/** A key that is replaced does not part a project from its events, where the project is said. */
const nameOf = (target: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(target)).digest('hex').slice(0, 16);

async function gone(segments: readonly Segment[]): Promise<Segment[]> {
  const found: Segment[] = [];
  for (const segment of segments) await stat(segment.path).catch(() => void found.push(segment));
  return found;
}
