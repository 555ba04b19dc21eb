import type { ErrorAnswer } from '@px-platform/protocol';

/** Why the API refuses, with the HTTP status of each. */
const API_CODES = {
  invalid_question: 400,
  invalid_request: 400,
  invalid_schema: 400,
  invalid_definition: 400,
  missing_key: 401,
  unknown_key: 401,
  invalid_token: 401,
  wrong_key_kind: 403,
  role_too_low: 403,
  wrong_host: 403,
  not_local: 403,
  not_found: 404,
  stale_version: 409,
  incompatible_schema: 409,
  in_use: 409,
  body_too_large: 413,
  internal: 500,
  unavailable: 503,
} as const;

/** A request that gets no further. `message` says what was received and what to do. */
export class ApiError extends Error {
  readonly status: number;
  constructor(
    readonly code: keyof typeof API_CODES,
    message: string,
    private readonly options: { readonly cause?: unknown; readonly details?: object } = {},
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.status = API_CODES[code];
  }

  toAnswer(): ErrorAnswer {
    return { code: this.code, message: this.message, ...this.options.details };
  }
}

/** A request that says something wrong: a sentence without its full stop. */
export function invalid(message: string): ApiError {
  return new ApiError('invalid_request', `${message}.`);
}

/** The project went while it was asked about. */
export const noSuchProject = () => new ApiError('not_found', 'there is no such project any more.');
