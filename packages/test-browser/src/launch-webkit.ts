import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { config } from './config.js';
import type { ForeignBrowser, ForeignTab } from './foreign-browser.js';
import { openWebDriverSession, type WebDriverSession } from './webdriver-session.js';

/** Starts WebKitGTK's own small browser through its WebDriver, on a display that nobody looks at. */
export async function launchWebKit(driverPath: string): Promise<ForeignBrowser> {
  const port = await freePort();
  // A group of its own, so that the display ends with it.
  const driver = spawn('xvfb-run', ['--auto-servernum', driverPath, `--port=${port}`], {
    stdio: 'ignore',
    detached: true,
    env: { ...config.environment, LIBGL_ALWAYS_SOFTWARE: '1' },
  });
  const ended = once(driver, 'exit');
  const stop = async () => {
    if (driver.pid && driver.exitCode === null) process.kill(-driver.pid, 'SIGTERM');
    await ended;
  };
  try {
    const session = await openWebDriverSession(`http://127.0.0.1:${port}`);
    return overSession(session, stop);
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function overSession(
  session: WebDriverSession,
  stop: () => Promise<void>,
): Promise<ForeignBrowser> {
  // Stays open to the end: with its last window a session is over.
  const first = (await session.ask('GET', '/window')) as string;
  /** WebDriver talks to one window at a time: whoever asks has it until the answer. */
  let turn: Promise<unknown> = Promise.resolve();
  const inWindow = <T>(handle: string, work: () => Promise<T>): Promise<T> => {
    const done = turn.then(async () => {
      await session.ask('POST', '/window', { handle });
      return work();
    });
    turn = done.catch(() => {});
    return done;
  };

  const toTab = (handle: string): ForeignTab => ({
    goto: (url) =>
      inWindow(handle, async () => {
        await session.ask('POST', '/url', { url });
      }),
    run: (body) => inWindow(handle, () => session.run(body)),
    click: (selector) => inWindow(handle, () => session.click(selector)),
    close: () =>
      inWindow(handle, async () => {
        await session.ask('DELETE', '/window');
      }),
  });

  return {
    name: `WebKitGTK ${session.browserVersion}`,
    async open(url) {
      // A tab would be behind the first one, and hidden.
      const opened = await inWindow(first, () =>
        session.ask('POST', '/window/new', { type: 'window' }),
      );
      const tab = toTab((opened as { readonly handle: string }).handle);
      await tab.goto(url);
      return tab;
    },
    async close() {
      await session.close();
      await stop();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
