import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Set for every child: no tool of ours phones home. */
export const QUIET_ENV = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };

/**
 * Runs a command to its end. With `capture` its stdout and stderr come back as one text instead of
 * going to the terminal. With `timeoutMs` it is killed, with everything it started, when it takes
 * longer. Never rejects for a non-zero exit: look at `code`.
 */
export function run(command, args, { cwd, env = {}, capture = false, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    // With a deadline the child leads its own process group, so that killing it leaves no orphans.
    const ownGroup = timeoutMs !== undefined && process.platform !== 'win32';
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...QUIET_ENV, ...env },
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      detached: ownGroup,
      shell: process.platform === 'win32',
    });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));

    const kill = (signal) => {
      if (child.pid === undefined) return;
      try {
        if (ownGroup) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // Already gone.
      }
    };
    let timedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            // turbo passes a SIGTERM on to what it runs in groups of its own; a SIGKILL it could not.
            kill('SIGTERM');
            setTimeout(() => kill('SIGKILL'), 5_000).unref();
          }, timeoutMs);
    const onSignal = (signal) => {
      kill(signal);
      process.exitCode = 128 + constants.signals[signal];
    };
    process.once('SIGINT', onSignal);
    process.once('SIGTERM', onSignal);
    const settle = () => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    };

    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      resolve({
        code: code ?? 128 + constants.signals[signal],
        signal,
        timedOut,
        output: Buffer.concat(chunks).toString('utf8'),
      });
    });
  });
}
