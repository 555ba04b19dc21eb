import { describe, expect, it } from 'vitest';
import { insertError, queryError } from './clickhouse-error.js';

/** An error as the client makes it of the engine's answer. */
const engineError = (type: string, message = 'm'): Error =>
  Object.assign(new Error(message), { type });

describe('a failed insert', () => {
  it('is refused only when the data are known to be at fault', () => {
    for (const type of ['INCORRECT_DATA', 'CANNOT_PARSE_UUID', 'CANNOT_PARSE_DATETIME']) {
      expect(insertError('events', engineError(type)).kind).toBe('refused');
    }
  });

  it('is unavailable otherwise: events must not be set aside for somebody else’s fault', () => {
    const others = [
      engineError('TOO_MANY_PARTS'),
      engineError('UNKNOWN_TABLE'),
      engineError('NO_SUCH_COLUMN_IN_TABLE'),
      engineError('SOMETHING_NEW'),
      new Error('ECONNREFUSED'),
      'not even an error',
    ];
    for (const cause of others) expect(insertError('events', cause).kind).toBe('unavailable');
  });

  it('names the table, keeps the cause, and cuts what the engine quotes', () => {
    const cause = engineError('INCORRECT_DATA', `bad ${'x'.repeat(9_000)}\nmore`);
    const error = insertError('events', cause);
    expect(error.message).toMatch(/^insert into events: bad x+$/);
    expect(error.message.length).toBeLessThan(600);
    expect(error.cause).toBe(cause);
  });
});

describe('a failed question', () => {
  it('is refused when the engine said no, and unavailable when it could not answer now', () => {
    expect(queryError(engineError('SYNTAX_ERROR')).kind).toBe('refused');
    expect(queryError(engineError('UNKNOWN_IDENTIFIER')).kind).toBe('refused');
    expect(queryError(engineError('TIMEOUT_EXCEEDED')).kind).toBe('unavailable');
    expect(queryError(new Error('socket hang up')).kind).toBe('unavailable');
  });
});
