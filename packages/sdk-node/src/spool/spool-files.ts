import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Disposer } from '@px-platform/sdk-core';
import { nodePlatform } from '../node-platform.js';
import { folderName, removeEmpty } from './leftovers.js';
import { createOwner } from './owner.js';
import {
  createSegment,
  deleteSegment,
  SEGMENT_SUFFIX,
  type Segment,
  type SegmentWriter,
  type Slot,
} from './segment.js';

/** The files of one client: the newest is written to, and those of who is gone come with it. */
export interface SpoolFiles {
  /** The oldest first. */
  segments(): readonly Segment[];
  bytes(): number;
  /** Null where the disk does not take it. */
  write(json: string, bytes: number): Slot | null;
  /** They are ours now: before all others, or after all that was written so far. */
  adopt(taken: readonly Segment[], place: { readonly isFirst: boolean }): void;
  /** It is somebody else's, or nobody's. */
  forget(segment: Segment): void;
  remove(segment: Segment): void;
  /** Says that we live. False where the disk took nothing, or our files are not where they were. */
  beat(): boolean;
  /** Begins, or begins anew. */
  claim(): void;
  /** False from a failure until the next claim. */
  isUsable(): boolean;
  fail(cause: unknown): void;
  isOwn(token: string): boolean;
  /** Where the folder of somebody who is gone is put. */
  nextFolder(): string;
  /** Leaves what is left to who comes next. */
  close(): void;
}

/** Creates them. */
export function createSpoolFiles({
  root,
  token,
  segmentBytes,
  syncEveryMs,
  onFail,
}: {
  readonly root: string;
  readonly token: string;
  readonly segmentBytes: number;
  readonly syncEveryMs: number;
  readonly onFail: (cause: NodeJS.ErrnoException) => void;
}): SpoolFiles {
  const owner = createOwner(root, token);
  let segments: Segment[] = [];
  let writer: SegmentWriter | null = null;
  let folders = 0;
  let home = '';
  let written = 0;
  let bytes = 0;
  let isUsable = false;
  let isSyncWished = false;
  let stopSync: Disposer = () => {};

  const nextFolder = () => path.join(root, folderName(token, folders++));
  const fail = (cause: unknown) => {
    isUsable = false;
    seal();
    onFail(cause instanceof Error ? cause : new Error(String(cause)));
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
  const open = (): SegmentWriter => {
    written += 1;
    const name = `${String(written).padStart(8, '0')}${SEGMENT_SUFFIX}`;
    const opened = createSegment(path.join(home, name));
    segments.push(opened.segment);
    return opened;
  };
  const forget = (segment: Segment) => {
    if (segment === writer?.segment) seal(false);
    segments = segments.filter((each) => each !== segment);
    bytes -= segment.bytes;
    segment.isGone = true;
  };

  return {
    segments: () => segments,
    bytes: () => bytes,
    write(json, size) {
      if (!isUsable) return null;
      try {
        if (writer && writer.segment.bytes >= segmentBytes) seal();
        writer ??= open();
        const slot = writer.append(json, size);
        bytes += size + 1;
        wishSync();
        return slot;
      } catch (cause) {
        fail(cause);
        return null;
      }
    },
    adopt(taken, { isFirst }) {
      if (!isFirst) seal();
      segments = isFirst ? [...taken, ...segments] : [...segments, ...taken];
      for (const segment of taken) bytes += segment.bytes;
    },
    forget,
    remove(segment) {
      forget(segment);
      deleteSegment(segment);
      const folder = path.dirname(segment.path);
      if (folder !== home) removeEmpty(folder);
    },
    beat: () => isUsable && owner.beat() && (writer === null || writer.isThere()),
    claim() {
      try {
        mkdirSync(root, { recursive: true, mode: 0o700 });
        owner.claim();
        home ||= nextFolder();
        mkdirSync(home, { recursive: true, mode: 0o700 });
        isUsable = true;
      } catch (cause) {
        fail(cause);
      }
    },
    isUsable: () => isUsable,
    fail,
    isOwn: (other) => other === token,
    nextFolder,
    close() {
      seal();
      for (const segment of segments) if (segment.left === 0) deleteSegment(segment);
      removeEmpty(home);
      owner.release();
    },
  };
}
