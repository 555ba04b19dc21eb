import { type Dispatch, useEffect, useReducer, useState } from 'react';
import { EMPTY_FEED, liveFeed, type LiveAction, type LiveFeed } from './live-feed.js';
import { setPageTimer } from '../platform/page-timer.js';
import { type Connection, createLiveStream, type EventSourceLike } from './live-stream.js';

export interface UseLiveOptions {
  readonly projectId: string;
  /** Opens the project's stream: `EventSource` in the page, anything alike in a test. */
  readonly openStream: (projectId: string) => EventSourceLike;
  readonly isAllowed: () => Promise<boolean>;
  readonly onRefused: () => void;
}

/** The live feed of a project as React state. The options must be stable between renderings. */
export function useLive({ projectId, openStream, isAllowed, onRefused }: UseLiveOptions): {
  readonly feed: LiveFeed;
  readonly connection: Connection;
  readonly dispatch: Dispatch<LiveAction>;
} {
  const [feed, dispatch] = useReducer(liveFeed, EMPTY_FEED);
  const [connection, setConnection] = useState<Connection>('connecting');

  useEffect(() => {
    dispatch({ type: 'cleared' });
    return createLiveStream({
      open: () => openStream(projectId),
      onArrivals: (arrivals) => dispatch({ type: 'arrived', arrivals }),
      onConnection: setConnection,
      onRefused,
      isAllowed,
      setTimer: setPageTimer,
    });
  }, [projectId, openStream, isAllowed, onRefused]);

  return { feed, connection, dispatch };
}
