import { createRequire } from 'node:module';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import {
  CONTROL_EVENTS,
  CONTROL_PREFIX,
  isControlEvent,
  isUuid,
  LIMITS,
  readIsoTime,
  type ClockSource,
  type EventCode,
  type PxEvent,
  type WireEvent,
} from '@px-platform/protocol';
import { fixTime } from './clock.js';
import { measure } from './measure.js';
import { soundContext } from './sound-context.js';

/** What an event is judged against. */
export interface JudgeContext {
  /** Server clock, epoch milliseconds. */
  readonly receivedAt: number;
  /** Server minus client, milliseconds, for the whole batch. */
  readonly skewMs: number;
  /** Whether an event can be over the size limit at all: false when the whole body is under it. */
  readonly mayBeLarge: boolean;
}

/** `take`: complete and timed. `drop`: why it will never be stored. */
export type Judgement =
  | {
      readonly verdict: 'take';
      readonly event: PxEvent;
      readonly clientTimestamp: number;
      readonly timestamp: number;
      readonly clock: ClockSource;
    }
  | {
      readonly verdict: 'drop';
      readonly eventId: string | null;
      readonly eventName: string;
      readonly code: EventCode;
      readonly message: string;
    };

export type Judge = (event: unknown, context: JudgeContext) => Judgement;

/** Judges one event of a batch on its own merits: a bad event costs only itself. */
export function createJudge({
  newEventId,
}: {
  readonly newEventId: (now: number) => string;
}): Judge {
  const isShaped = compileEventSchema();

  return (candidate, context) => {
    if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate)) {
      return drop(
        null,
        '',
        'invalid_event',
        `expected an object, received ${describe(candidate)}.`,
      );
    }
    const eventId = readString(candidate, 'event_id');
    const eventName = readString(candidate, 'event') ?? '';
    const refuse = (code: EventCode, message: string) => drop(eventId, eventName, code, message);

    const fault = dataFault(candidate);
    if (fault) return refuse(fault.code, fault.message);
    if (context.mayBeLarge) {
      const bytes = bytesOf(candidate);
      if (bytes === null) {
        return refuse(
          'properties_too_deep',
          `the event is nested too deep to be read. Its properties may have ${LIMITS.depth} levels; flatten it.`,
        );
      }
      if (bytes > LIMITS.eventBytes) {
        return refuse(
          'event_too_large',
          `the event is ${bytes} bytes; the limit is ${LIMITS.eventBytes}. Send less in its properties.`,
        );
      }
    }
    if (!isShaped(candidate)) return refuse(...shapeFault(isShaped.errors ?? [], candidate));
    const event = candidate as unknown as WireEvent;
    if (!event.user_id && !event.anonymous_id) {
      return refuse(
        'missing_identity',
        'the event has neither user_id nor anonymous_id. Send one of them.',
      );
    }
    if (event.event.startsWith(CONTROL_PREFIX) && !isControlEvent(event.event)) {
      return refuse(
        'unknown_control_event',
        `names starting with $ belong to PX and ${JSON.stringify(event.event)} is not one of ${Object.values(CONTROL_EVENTS).join(', ')}. Rename the event.`,
      );
    }
    const time = readTime(event.timestamp, context);
    if ('code' in time) return refuse(time.code, time.message);

    return {
      verdict: 'take',
      ...time,
      event: {
        event_id: event.event_id?.toLowerCase() ?? newEventId(context.receivedAt),
        event: event.event,
        user_id: event.user_id ?? null,
        anonymous_id: event.anonymous_id ?? null,
        session_id: event.session_id ?? null,
        properties: event.properties ?? {},
        timestamp: event.timestamp ?? context.receivedAt,
        ...(event.seq === undefined ? {} : { seq: event.seq }),
        context: soundContext(event.context),
      },
    };
  };
}

function drop(
  eventId: string | null,
  eventName: string,
  code: EventCode,
  message: string,
): Judgement {
  return { verdict: 'drop', eventId, eventName, code, message };
}

function dataFault(event: object): { code: EventCode; message: string } | null {
  const { properties, context } = event as { properties?: unknown; context?: unknown };
  for (const [name, data] of [
    ['properties', properties],
    ['context', context],
  ] as const) {
    if (typeof data !== 'object' || data === null) continue;
    const { keys, fault } = measure(data, name);
    if (fault?.kind === 'forbidden_key') {
      return {
        code: fault.kind,
        message: `${fault.path} is a key that is never stored. Rename it.`,
      };
    }
    if (fault?.kind === 'properties_too_deep') {
      return {
        code: fault.kind,
        message: `${fault.path} is more than ${LIMITS.depth} levels deep. Flatten it.`,
      };
    }
    if (fault) {
      return {
        code: fault.kind,
        message: `the key ${fault.path}… has ${fault.length} characters; the limit is ${LIMITS.keyLength}. Is a value used as a key?`,
      };
    }
    if (keys > LIMITS.propertyKeys) {
      return {
        code: 'too_many_properties',
        message: `${name} has ${keys} keys; the limit is ${LIMITS.propertyKeys}. Send what you would ask about.`,
      };
    }
  }
  return null;
}

function readTime(
  timestamp: PxEvent['timestamp'] | undefined,
  { receivedAt, skewMs }: JudgeContext,
):
  | { clientTimestamp: number; timestamp: number; clock: ClockSource }
  | { code: EventCode; message: string } {
  if (timestamp === undefined) {
    return { clientTimestamp: receivedAt, timestamp: receivedAt, clock: 'received' };
  }
  const clientTimestamp =
    typeof timestamp === 'number' ? timestamp : readIsoTime(timestamp)?.epochMs;
  if (clientTimestamp === undefined) {
    return {
      code: 'invalid_timestamp',
      message: `timestamp ${describe(timestamp)} is not a time. Send epoch milliseconds or an ISO 8601 date-time.`,
    };
  }
  // The client's own figure is stored and sorted by, so it must be a time that every engine can hold.
  if (clientTimestamp < 0 || clientTimestamp > LIMITS.maxClientTimestamp) {
    return {
      code: 'timestamp_out_of_range',
      message: `timestamp ${clientTimestamp} is not between 1970 and 2200. Send epoch milliseconds.`,
    };
  }
  const fixed = fixTime(clientTimestamp, skewMs, receivedAt);
  return 'code' in fixed ? fixed : { clientTimestamp, ...fixed };
}

function compileEventSchema(): ValidateFunction {
  const require = createRequire(import.meta.url);
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    formats: { uuid: isUuid },
  });
  return ajv.compile(require('@px-platform/protocol/schemas/event.json') as object);
}

function shapeFault(errors: readonly ErrorObject[], event: object): [EventCode, string] {
  const error = errors[0];
  if (
    !error ||
    error.keyword === 'anyOf' ||
    (error.keyword === 'required' && error.schemaPath.includes('anyOf'))
  ) {
    return [
      'missing_identity',
      'the event has neither user_id nor anonymous_id. Send one of them.',
    ];
  }
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const received = describe(path.split('.').reduce<unknown>(step, event));
  if (path === '') return ['invalid_event', `the event ${error.message ?? 'is not as expected'}.`];
  const code =
    path === 'event_id'
      ? 'invalid_event_id'
      : path === 'timestamp'
        ? 'invalid_timestamp'
        : 'invalid_event';
  return [code, `${path} ${error.message ?? 'is not as expected'}; received ${received}.`];
}

function step(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length} characters)` : text;
}

/** Null for what is nested too deep for the serialiser: members that nobody reads may be of any depth. */
function bytesOf(event: object): number | null {
  try {
    return Buffer.byteLength(JSON.stringify(event));
  } catch {
    return null;
  }
}

function readString(value: object, key: string): string | null {
  const member = (value as Record<string, unknown>)[key];
  return typeof member === 'string' ? member.slice(0, LIMITS.nameLength) : null;
}
