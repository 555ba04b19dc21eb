import pino from 'pino';
import pretty from 'pino-pretty';
import type { ServerLog } from '@px-platform/store';
import type { LogLevel } from './config.js';

/** A log for the person at the terminal: lines to read, on the error stream, beside the banner. */
export function createDevLog(level: LogLevel): ServerLog {
  // What went wrong is worth a line; where in our code it was seen is for those who ask.
  const isDetailed = level === 'debug' || level === 'trace';
  const serializers = isDetailed ? {} : { err: chainOfMessages };
  const stream = pretty({
    destination: 2,
    sync: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
  return pino({ level, serializers }, stream);
}

/** An error's words and those of what caused it, outermost first; words that were repeated on the way up, once. */
export function chainOfMessages(error: unknown, told = ''): string {
  if (!(error instanceof Error)) return told === '' ? String(error) : told;
  const { message, cause } = error;
  const isNew = !told.includes(message);
  return chainOfMessages(cause, isNew ? told + (told === '' ? message : ` (${message})`) : told);
}
