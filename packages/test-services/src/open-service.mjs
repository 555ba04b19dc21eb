import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from './config.mjs';
import { freePort } from './free-port.mjs';
import { runServer } from './run-server.mjs';

/**
 * Makes the opener of one kind of server. `find` answers with what is needed to run it, or null; `describe`
 * with the command line, the way to prepare its folder once, the way to see that it answers, and what else clients need.
 */
export function serviceOpener({ name, variable, advice, find, describe }) {
  return async ({ isOwn = false } = {}) => {
    const named = config.serverIn(variable);
    if (named && !isOwn) return { url: named, process: null, stop: async () => {} };
    const programs = find();
    if (programs === null) {
      const message = `no ${name}: ${advice}${isOwn ? '' : `, or name a server in ${variable}`}`;
      if (config.isCi) throw new Error(message);
      console.warn(`\n  ${name.toUpperCase()} TESTS SKIPPED: ${message}\n`);
      return null;
    }
    const dir = await mkdtemp(join(tmpdir(), `px-${name.toLowerCase()}-`));
    const port = await freePort();
    const { client, ...described } = await describe({ programs, dir, port });
    const server = runServer({ name, ...described });
    const removeData = () => rm(dir, { recursive: true, force: true, maxRetries: 5 });
    try {
      await server.start();
    } catch (error) {
      await removeData();
      throw error;
    }
    return {
      url: server.url,
      ...(client && { client }),
      process: server.process,
      async stop() {
        await server.stop();
        await removeData();
      },
    };
  };
}
