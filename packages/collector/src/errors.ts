import { REQUEST_CODES, type ErrorAnswer, type RequestCode } from '@px-platform/protocol';

/** A request that gets no further. `message` says what was received and what to do. */
export class RequestError extends Error {
  readonly status: number;
  constructor(
    readonly code: RequestCode,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'RequestError';
    this.status = REQUEST_CODES[code];
  }

  toAnswer(): ErrorAnswer {
    return { code: this.code, message: this.message };
  }
}
