import { json, type Request } from 'express';
import { invalid } from './errors.js';

/** Reads the body of a request that says how a project is to be treated. */
export const readBody = () => json({ limit: 64 * 1024 });

export function bodyOf(request: Request): Readonly<Record<string, unknown>> {
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('the body is a JSON object, sent as application/json');
  }
  return body as Readonly<Record<string, unknown>>;
}

/** Refuses members that nobody reads: whoever sent them meant something. */
export function refuseOthers(others: object, known: readonly string[]): void {
  const [other] = Object.keys(others);
  if (other === undefined) return;
  const there = known.length === 1 ? 'There is' : 'There are';
  throw invalid(`${shown(other)} is not known here. ${there} ${known.join(', ')}`);
}

/** A value as a message may quote it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
