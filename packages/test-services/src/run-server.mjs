import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { config } from './config.mjs';

/** A server may be long in starting on a busy machine; one that is not there by then will not be. */
const START_MS = 60_000;
/** What is asked to stop gets so long before it is killed. */
const STOP_MS = 10_000;

/** Ends with the tests, however they end. */
const living = new Set();
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/**
 * A server as a child process. `isReady` resolves to whether it answers. What it last said is part of the error when it
 * does not come up.
 */
export function runServer({
  name,
  url,
  command,
  args,
  owner = {},
  stopSignal = 'SIGTERM',
  isReady,
}) {
  let child = null;
  let ended = Promise.resolve();
  let said = '';

  const send = (signal) => void child?.kill(signal);
  /** Postgres answers from processes of its own. */
  const sendToAll = (signal) => {
    if (child === null) return;
    const { stdout } = spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' });
    send(signal);
    for (const pid of stdout?.split('\n').filter(Boolean) ?? []) {
      try {
        process.kill(Number(pid), signal);
      } catch {
        // It ended with its parent.
      }
    }
  };
  const start = async () => {
    said = '';
    const started = spawn(command, args, {
      ...owner,
      env: config.inherited,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    living.add(started);
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk) => (said = (said + chunk).slice(-4_000)));
    ended = new Promise((resolve) => {
      started.once('error', (error) => {
        said += error.message;
        resolve();
      });
      started.once('exit', resolve);
    }).then(() => {
      living.delete(started);
      if (child === started) child = null;
    });
    const deadline = Date.now() + START_MS;
    for (;;) {
      if (await isReady().catch(() => false)) return;
      if (child !== started || Date.now() > deadline) {
        send('SIGKILL');
        throw new Error(`${name} did not start at ${url}. It said last:\n${said}`);
      }
      await sleep(50);
    }
  };

  return {
    url,
    start,
    async stop() {
      const force = setTimeout(() => send('SIGKILL'), STOP_MS);
      sendToAll('SIGCONT');
      send(stopSignal);
      await ended;
      clearTimeout(force);
    },
    process: {
      get pid() {
        return child?.pid ?? -1;
      },
      async kill() {
        sendToAll('SIGKILL');
        await ended;
      },
      pause: () => sendToAll('SIGSTOP'),
      resume: () => sendToAll('SIGCONT'),
      start,
    },
  };
}
