import { LogUnavailableError, type EventLog, type LogRecord } from '../src/event-log/port.js';

/** What a test does to the log, and what the log was given. */
export interface AwayLogState {
  isAway: boolean;
  /** Records with this key are refused for good. */
  refuses: string;
  /** Appends with more JSON than this are refused as if the log were away, as Kafka's are. */
  maxBytes: number;
  /** Bytes of JSON of the largest append that was tried. */
  largest: number;
  readonly taken: LogRecord<'events_raw'>[];
  readonly topics: string[];
}

/** A log that can be away, and has what it was given in order. */
export function awayLog() {
  const state: AwayLogState = {
    isAway: false,
    refuses: '',
    maxBytes: Infinity,
    largest: 0,
    taken: [],
    topics: [],
  };
  const log: EventLog = {
    async append(topic, records) {
      // It answers later, as a broker does.
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (state.isAway) throw new LogUnavailableError('the broker is away');
      const bytes = JSON.stringify(records).length;
      state.largest = Math.max(state.largest, bytes);
      if (bytes > state.maxBytes) throw new LogUnavailableError('the broker did not take it');
      if (records.some(({ key }) => key === state.refuses)) throw new TypeError('no such record');
      state.taken.push(...(records as readonly LogRecord<'events_raw'>[]));
      state.topics.push(topic);
    },
    consume: () => Promise.reject(new Error('not here')),
    lag: async () => [0],
    isReady: () => !state.isAway,
    close: async () => {},
  };
  return { log, state };
}
