import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import type { Disposer } from './disposer.js';
import type { ServerLog } from './server-log.js';
import type { SqlListener } from './sql-client.js';

export interface ListenOptions {
  readonly channel: string;
  readonly listener: SqlListener;
  readonly log: ServerLog;
}

/** A server that went away without a word is noticed by this. */
const HEARTBEAT_MS = 10_000;
/** From one attempt to connect to the next, with as much again at random: not all collectors come back at once. */
const RETRY_MS = 500;

/**
 * Listens on a connection of its own, and opens another whenever it is lost. Resolves after the first attempt, whatever
 * came of it.
 */
export async function listenToPostgres(
  config: ClientConfig,
  { channel, listener, log }: ListenOptions,
): Promise<Disposer> {
  const stopped = new AbortController();
  let isTold: boolean | null = null;
  const tell = (isListening: boolean) => {
    if (isTold === isListening || stopped.signal.aborted) return;
    isTold = isListening;
    listener.onState(isListening);
  };

  /** Resolves once the connection is lost, or it is told to stop. */
  const listenOnce = async (onAttempted: () => void): Promise<void> => {
    const client = new Client(config);
    let onStop = () => {};
    const lost = new Promise<void>((resolve) => {
      onStop = resolve;
      client.on('error', (error) => {
        log.warn({ err: error, channel }, 'the connection that listens to Postgres was lost');
        resolve();
      });
      client.on('end', resolve);
    });
    stopped.signal.addEventListener('abort', onStop);
    client.on('notification', ({ payload = '' }) => {
      if (!stopped.signal.aborted) listener.onMessage(payload);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${escapeIdentifier(channel)}`);
      tell(true);
      onAttempted();
      const over = lost.then(() => true);
      while (!(await Promise.race([over, sleep(HEARTBEAT_MS, false, { ref: false })])))
        await client.query('SELECT 1');
    } catch (error) {
      if (!stopped.signal.aborted)
        log.warn({ err: error, channel }, 'Postgres cannot be listened to');
    } finally {
      stopped.signal.removeEventListener('abort', onStop);
      tell(false);
      onAttempted();
      // A server that hangs would not say goodbye.
      void client.end().catch(() => {});
      client.connection.stream.destroy();
    }
  };

  const running = (onAttempted: () => void) =>
    (async () => {
      while (!stopped.signal.aborted) {
        await listenOnce(onAttempted);
        if (!stopped.signal.aborted)
          await sleep(RETRY_MS * (1 + Math.random()), undefined, {
            signal: stopped.signal,
            ref: false,
          }).catch(() => {});
      }
    })();
  let ended: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve) => {
    ended = running(resolve);
  });
  return async () => {
    stopped.abort();
    await ended;
  };
}
