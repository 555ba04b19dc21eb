import { own } from './own.js';

/** What was thrown, in words; a host's own functions may throw anything. */
export const messageOf = (thrown: unknown): string => String(own(thrown, 'message') ?? thrown);
