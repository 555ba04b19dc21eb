import type { Disposer } from '../disposer.js';

/** One question for flags. */
export interface ConfigRequest {
  readonly url: string;
  /** What is sent along, as JSON; without it the request is a GET. */
  readonly body: string | undefined;
  /** Of the answer there is already. A platform whose HTTP cache asks for changes by itself need not look at it. */
  readonly etag: string | null;
  readonly timeoutMs: number;
}

/** What came back. Status 0: no answer. */
export interface ConfigResponse {
  readonly status: number;
  readonly etag: string | null;
  readonly body: string;
}

/** Where flags come from. Never throws or rejects: no answer is an answer with status 0. */
export interface ConfigSource {
  fetch(request: ConfigRequest): Promise<ConfigResponse>;
  /** Listens for publications, from the one that is current on; `onEnd` is called once where it cannot go on. Absent: it cannot. */
  stream?(options: {
    readonly url: string;
    readonly onRevision: (revision: number) => void;
    readonly onEnd: () => void;
  }): Disposer;
  /** Whether somebody may be looking. */
  isVisible(): boolean;
  /** Flags that the page brought along. */
  bootstrap?(): unknown;
}
