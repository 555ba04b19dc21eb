import { EventStoreError, type EventRow, type EventStore } from '@px-platform/store';
import { toEventRow } from '../to-event-row.js';
import type { ProcessedEvent, Refusal, Sink } from './sink.js';

interface Item {
  readonly processed: ProcessedEvent;
  readonly row: EventRow;
}

/** Rows of `events`. A refused insert is halved until the row at fault stands alone. */
export function eventRowsSink(eventStore: Pick<EventStore, 'insertEvents'>): Sink {
  const insert = async (items: readonly Item[]): Promise<Refusal[]> => {
    try {
      await eventStore.insertEvents(items.map(({ row }) => row));
      return [];
    } catch (error) {
      if (!(error instanceof EventStoreError) || error.kind !== 'refused') throw error;
      const [only] = items;
      if (items.length === 1 && only)
        return [{ processed: only.processed, message: error.message }];
      const middle = Math.ceil(items.length / 2);
      const first = await insert(items.slice(0, middle));
      return [...first, ...(await insert(items.slice(middle)))];
    }
  };

  return {
    name: 'event-rows',
    write: (events) =>
      insert(events.map((processed) => ({ processed, row: toEventRow(processed.event) }))),
  };
}
