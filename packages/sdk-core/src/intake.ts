import { CONTROL_EVENTS, LIMITS, type PxEvent } from '@px-platform/protocol';
import { DROP_REASONS } from './errors.js';
import type { Ledger } from './ledger.js';
import type { Logger } from './logger.js';
import type { Outbox } from './outbox.js';
import type { Priority, QueueEntry } from './platform.js';
import { utf8Length } from './utf8-length.js';

/** The door of the queue: what a stamped event passes before it counts as waiting. */
export type Intake = (event: PxEvent, priority: Priority) => void;

/** Creates the door. */
export function createIntake({
  beforeSend,
  onEvent,
  outbox,
  ledger,
  log,
}: {
  readonly beforeSend: (event: PxEvent) => PxEvent | null;
  /** Told of each event as it will be sent. */
  readonly onEvent: (event: PxEvent) => void;
  readonly outbox: Pick<Outbox, 'add'>;
  readonly ledger: Ledger;
  readonly log: Logger;
}): Intake {
  const toEntry = (event: PxEvent, priority: Priority): QueueEntry | null => {
    const edited = beforeSend(event);
    if (edited === null) {
      ledger.drop(event.event_id, DROP_REASONS.beforeSend);
      return null;
    }
    const json = JSON.stringify(edited);
    const bytes = utf8Length(json);
    if (bytes > LIMITS.eventBytes) {
      ledger.drop(event.event_id, DROP_REASONS.tooLarge);
      log.warn(`size:${event.event}`, bytes);
      return null;
    }
    onEvent(edited);
    return { key: event.event_id, session: event.session_id ?? '', json, bytes, priority };
  };

  /** A plugin may have put in what JSON cannot say. */
  const makeEntry = (event: PxEvent, priority: Priority): QueueEntry | null => {
    try {
      return toEntry(event, priority);
    } catch (cause) {
      ledger.drop(event.event_id, DROP_REASONS.internal);
      log.error(`write:${event.event}`, cause);
      return null;
    }
  };

  return (event, priority) => {
    ledger.accept(event.event_id, event.event);
    if (event.event === CONTROL_EVENTS.delivery) ledger.hush(event.event_id);
    const entry = makeEntry(event, priority);
    if (!entry) return;
    log.debug('taken', event);
    outbox.add(entry);
  };
}
