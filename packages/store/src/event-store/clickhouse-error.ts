import { EventStoreError } from './port.js';

/** Names of the engine's errors that mean "these data will never fit", whoever sends them again. */
const DATA_ERRORS: ReadonlySet<string> = new Set([
  'ARGUMENT_OUT_OF_BOUND',
  'CANNOT_CONVERT_TYPE',
  'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN',
  'CANNOT_PARSE_BOOL',
  'CANNOT_PARSE_DATE',
  'CANNOT_PARSE_DATETIME',
  'CANNOT_PARSE_ESCAPE_SEQUENCE',
  'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  'CANNOT_PARSE_NUMBER',
  'CANNOT_PARSE_QUOTED_STRING',
  'CANNOT_PARSE_TEXT',
  'CANNOT_PARSE_UUID',
  'DECIMAL_OVERFLOW',
  'INCORRECT_DATA',
  'TOO_DEEP_RECURSION',
  'TOO_LARGE_STRING_SIZE',
  'TYPE_MISMATCH',
  'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE',
]);

/** Names of the engine's errors that pass: asking again later may well be answered. */
const PASSING_ERRORS: ReadonlySet<string> = new Set([
  'ABORTED',
  'MEMORY_LIMIT_EXCEEDED',
  'NETWORK_ERROR',
  'NOT_ENOUGH_SPACE',
  'QUERY_WAS_CANCELLED',
  'SOCKET_TIMEOUT',
  'TABLE_IS_READ_ONLY',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_PARTS',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
]);

/**
 * A failed insert. Only what is known to be the data's own fault is `refused`; setting events
 * aside for a missing column or a full disk would lose them.
 */
export function insertError(table: string, cause: unknown): EventStoreError {
  const kind = DATA_ERRORS.has(errorType(cause) ?? '') ? 'refused' : 'unavailable';
  return new EventStoreError(kind, `insert into ${table}: ${firstLine(cause)}`, { cause });
}

/** A failed question: `refused` when the engine understood and said no, as asking again would show. */
export function queryError(cause: unknown): EventStoreError {
  const type = errorType(cause);
  const kind = type === null || PASSING_ERRORS.has(type) ? 'unavailable' : 'refused';
  return new EventStoreError(kind, `query: ${firstLine(cause)}`, { cause });
}

/** The engine's name for the error (`CANNOT_PARSE_UUID`); null when it did not come from the engine. */
function errorType(cause: unknown): string | null {
  const type = cause instanceof Error && 'type' in cause ? cause.type : null;
  return typeof type === 'string' ? type : null;
}

function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // The engine quotes the offending text, which may be a whole event.
  return (message.split('\n')[0] ?? '').slice(0, 500);
}
