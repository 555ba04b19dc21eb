import type { Connection } from '../live/live-stream.js';

const STATES = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  paused: 'Paused',
} as const;

/** Whether the page hears of events as they come. */
export function ConnectionState({
  connection,
  paused,
}: {
  readonly connection: Connection;
  readonly paused: boolean;
}) {
  // A lost connection is the graver news: a paused page that is also cut off must say so.
  const state = paused && connection === 'live' ? 'paused' : connection;
  return (
    <span className="connection" data-state={state} role="status">
      <i className="connection-dot" aria-hidden="true" />
      {STATES[state]}
    </span>
  );
}
