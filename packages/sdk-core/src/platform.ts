import type { EventContext, SdkInfo } from '@px-platform/protocol';
import type { Disposer } from './disposer.js';

/** Time. Two clocks, because people change the one on the wall. */
export interface Clock {
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. Waits are counted on it. */
  readonly elapsed: () => number;
}

/** One-shot timers. */
export interface Timers {
  setTimer(run: () => void, delayMs: number): Disposer;
}

/** A small synchronous store for ids and the session. Implementations never throw. */
export interface KeyValueStorage {
  get(key: string): string | null;
  /** Whether the value will outlive the page: false where there was no room, or no such storage. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  /** All keys there are. */
  keys(): readonly string[];
}

/** One event waiting to be delivered, exactly as it will be sent. */
export interface QueueEntry {
  /** The event's id: a UUIDv7, so keys sort by the time events were made. */
  readonly key: string;
  /** Events of one session travel together, under one clock correction. */
  readonly session: string;
  /** The event as JSON. */
  readonly json: string;
  /** Size of `json` as UTF-8. */
  readonly bytes: number;
  /** What is dropped first when not everything can be kept: the lowest. */
  readonly priority: Priority;
}

/** How much an event is worth keeping, from replay up to who somebody is. */
export const PRIORITIES = { replay: 0, vitals: 1, autocapture: 2, custom: 3, control: 4 } as const;
export type Priority = (typeof PRIORITIES)[keyof typeof PRIORITIES];

/** How much to read: whichever bound is met first, but at least one entry. */
export interface ReadLimits {
  readonly limit: number;
  readonly maxBytes: number;
  /** Only entries whose keys come after this one. */
  readonly after?: string;
}

/**
 * The durable store of waiting events, shared by every page of the origin. Rejects when it cannot
 * keep its promise; the queue then goes on in `KeyValueStorage` for the rest of the page's life.
 */
export interface QueueStorage {
  /** Resolves once the entries would survive the page. Appending a key again changes nothing. */
  append(entries: readonly QueueEntry[]): Promise<void>;
  /** The oldest entries, in order of key. */
  read(limits: ReadLimits): Promise<readonly QueueEntry[]>;
  remove(keys: readonly string[]): Promise<void>;
  clear(): Promise<void>;
}

/** One request to the collector. */
export interface TransportRequest {
  readonly url: string;
  readonly body: string;
  /** Whether the body may be gzipped, if the platform can and it pays. */
  readonly compress: boolean;
  readonly timeoutMs: number;
}

/** What came back. Status 0: no answer. */
export interface TransportResponse {
  readonly status: number;
  header(name: string): string | null;
  readonly body: string;
}

/** Makes requests. Never rejects or throws: no answer is an answer with status 0. */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>;
  /**
   * Makes a request that outlives the page, begun before this returns. Null, and nothing sent, where
   * the browser's allowance for such requests has no room for it now.
   */
  part(request: TransportRequest): Promise<TransportResponse> | null;
  /**
   * Leaves a request with the browser, which makes it once the page is gone; its answer is never
   * seen. Null where the browser cannot, or has no room. The disposer takes it back.
   */
  later(request: TransportRequest): Disposer | null;
}

/** Words between the pages of an origin. Best effort: a page must be right without them. */
export interface Channel {
  /** To every other page; not to this one. */
  post(message: string): void;
  listen(listener: (message: string) => void): Disposer;
}

/** Mutual exclusion between every page of the origin. */
export interface Locks {
  /**
   * Waits its turn, runs, lets go when the promise settles. The page may lose its turn meanwhile, as
   * when it is put into the back/forward cache: what follows a wait is to ask `isHeld` first.
   */
  exclusive(name: string, run: (isHeld: () => boolean) => Promise<void>): Promise<void>;
}

/** What becomes of the page. */
export interface Lifecycle {
  /** The page is going out of sight and may never run again. */
  onHidden(listener: () => void): Disposer;
  onVisible(listener: () => void): Disposer;
  onOnline(listener: () => void): Disposer;
  /** False only where the device certainly has no network. */
  isOnline(): boolean;
}

/** Where messages for developers go. `explain` makes sentences of them, at once or once it is loaded. */
export interface LogSink {
  write(level: 'error' | 'warn' | 'debug', kind: string, values: readonly unknown[]): void;
}

/** Everything the engine needs from where it runs. Only a platform factory knows a technology. */
export interface Platform {
  readonly sdk: SdkInfo;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Fills an array with random bytes, as good as the platform has. */
  readonly randomBytes: (length: number) => Uint8Array;
  readonly storage: KeyValueStorage;
  readonly queueStorage: QueueStorage;
  readonly transport: Transport;
  readonly locks: Locks;
  readonly channel: Channel;
  readonly lifecycle: Lifecycle;
  /** The circumstances of an event made now. */
  readonly context: () => EventContext;
  /** Whether the browser says for the person that they are not to be tracked. Absent: it cannot. */
  readonly hasObjected?: () => boolean;
  readonly log: LogSink;
}
