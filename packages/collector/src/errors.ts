import { REQUEST_CODES, type ErrorAnswer, type RequestCode } from '@px-platform/protocol';

export interface RequestErrorOptions {
  /** Sent with the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For our log, never for the sender. */
  readonly cause?: unknown;
}

/** A request that gets no further. `message` says what was received and what to do. */
export class RequestError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    readonly code: RequestCode,
    message: string,
    { headers = {}, cause }: RequestErrorOptions = {},
  ) {
    super(message, { cause });
    this.name = 'RequestError';
    this.headers = headers;
    this.status = REQUEST_CODES[code];
  }

  toAnswer(): ErrorAnswer {
    return { code: this.code, message: this.message };
  }
}
