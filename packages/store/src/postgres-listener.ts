import { randomUUID } from 'node:crypto';
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
/** A notice to oneself is heard within milliseconds. */
const HEARD_WITHIN_MS = 2_000;
/** From one attempt to connect to the next, with as much again at random: not all collectors come back at once. */
const RETRY_MS = 500;
const LONGEST_RETRY_MS = 4_000;

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
  let failures = 0;
  /** Once for each time that it is away, however often it is tried. */
  const complain = (error: unknown) => {
    failures += 1;
    if (failures === 1 && !stopped.signal.aborted)
      log.warn({ err: error, channel }, 'Postgres cannot be listened to; trying again');
  };
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
        complain(error);
        resolve();
      });
      client.on('end', resolve);
    });
    stopped.signal.addEventListener('abort', onStop);
    const probe = `px_probe_${randomUUID()}`;
    let onHeard = () => {};
    client.on('notification', ({ channel: of, payload = '' }) => {
      if (stopped.signal.aborted) return;
      if (of === channel) listener.onMessage(payload);
      else if (of === probe) onHeard();
    });
    /** A pooler that lends connections by the transaction takes LISTEN, and lets no notice through. */
    const hearOneself = async () => {
      const heard = new Promise<boolean>((resolve) => {
        onHeard = () => resolve(true);
      });
      await client.query('SELECT pg_notify($1, $2)', [probe, '']);
      const late = sleep(HEARD_WITHIN_MS, false, { ref: false });
      if (!(await Promise.race([heard, late, lost.then(() => true)])))
        throw new Error('no notice comes through: is there a pooler before Postgres?');
    };
    try {
      await client.connect();
      for (const each of [channel, probe]) await client.query(`LISTEN ${escapeIdentifier(each)}`);
      await hearOneself();
      failures = 0;
      tell(true);
      onAttempted();
      const over = lost.then(() => true);
      while (!(await Promise.race([over, sleep(HEARTBEAT_MS, false, { ref: false })])))
        await hearOneself();
    } catch (error) {
      complain(error);
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
          await sleep(
            Math.min(RETRY_MS * Math.max(1, failures), LONGEST_RETRY_MS) * (1 + Math.random()),
            undefined,
            {
              signal: stopped.signal,
              ref: false,
            },
          ).catch(() => {});
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
