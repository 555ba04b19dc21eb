import { LIMITS, type Batch, type SdkInfo } from '@px-platform/protocol';
import { RequestError } from './errors.js';

/** The envelope of a batch, read; its events still unread. */
export type OpenBatch = Pick<Batch, 'sent_at' | 'skew_ms' | 'sdk' | 'project_id'> & {
  readonly events: readonly unknown[];
};

/** Parses a body into a batch, or says what is wrong with it. */
export function decodeBatch(body: Buffer): OpenBatch {
  const value = parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError(
      'invalid_batch',
      `expected { "events": [ … ] }, received ${kind(value)}.`,
    );
  }
  const { events, sent_at, skew_ms, sdk, project_id } = value as Record<string, unknown>;
  if (!Array.isArray(events)) {
    throw new RequestError('invalid_batch', `"events" must be a list, received ${kind(events)}.`);
  }
  if (events.length === 0) throw new RequestError('invalid_batch', '"events" is empty.');
  if (events.length > LIMITS.batchEvents) {
    throw new RequestError(
      'batch_too_large',
      `the batch has ${events.length} events; the limit is ${LIMITS.batchEvents}. Split it.`,
    );
  }
  return {
    events,
    ...(isEpoch(sent_at) ? { sent_at } : {}),
    ...(isEpoch(skew_ms) ? { skew_ms } : {}),
    ...(isSdkInfo(sdk)
      ? { sdk: { name: sdk.name.slice(0, 100), version: sdk.version.slice(0, 50) } }
      : {}),
    ...(typeof project_id === 'string' ? { project_id } : {}),
  };
}

function parse(body: Buffer): unknown {
  if (body.length === 0) throw new RequestError('malformed_json', 'the body is empty.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new RequestError('malformed_json', `the body is not JSON: ${(error as Error).message}.`);
  }
}

function isEpoch(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isSdkInfo(value: unknown): value is SdkInfo {
  const { name, version } = (value ?? {}) as Record<string, unknown>;
  return typeof name === 'string' && typeof version === 'string';
}

function kind(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
