/** A session of the W3C WebDriver protocol. Fails with the driver's own words. */
export interface WebDriverSession {
  readonly browserVersion: string;
  /** One command, by its path below the session. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
  /** Runs the body of an async function in the page. */
  run<T>(body: string): Promise<T>;
  click(selector: string): Promise<void>;
  close(): Promise<void>;
}

/** How the protocol marks an element in an answer. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const START_MS = 20_000;
const TIMEOUTS = { script: 60_000, pageLoad: 30_000 };

/** Opens a session with the driver at `url`, once that is there. */
export async function openWebDriverSession(url: string): Promise<WebDriverSession> {
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const init = body ? { method, body: JSON.stringify(body) } : { method };
    const response = await fetch(url + path, init);
    const { value } = (await response.json()) as { readonly value: unknown };
    if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };

  await retry(() => send('GET', '/status'));
  const { sessionId, capabilities } = (await send('POST', '/session', {
    capabilities: { alwaysMatch: {} },
  })) as {
    readonly sessionId: string;
    readonly capabilities: { readonly browserVersion: string };
  };
  const ask: WebDriverSession['ask'] = (method, path, body) =>
    send(method, `/session/${sessionId}${path}`, body);
  await ask('POST', '/timeouts', TIMEOUTS);

  return {
    browserVersion: capabilities.browserVersion,
    ask,
    async run(body) {
      const script = `const done = arguments[0];
        (async () => {${body}})().then(
          (value) => done({ value }),
          (error) => done({ error: String(error) }),
        );`;
      const answer = (await ask('POST', '/execute/async', { script, args: [] })) as {
        readonly value: never;
        readonly error?: string;
      };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value;
    },
    async click(selector) {
      const by = { using: 'css selector', value: selector };
      const found = (await ask('POST', '/element', by)) as Readonly<Record<string, string>>;
      await ask('POST', `/element/${found[ELEMENT]}/click`, {});
    },
    async close() {
      await ask('DELETE', '');
    },
  };
}

/** Tries again until it succeeds. */
async function retry(attempt: () => Promise<unknown>): Promise<void> {
  const giveUpAt = performance.now() + START_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (cause) {
      if (performance.now() > giveUpAt) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
