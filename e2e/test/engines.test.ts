import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findFirefox,
  findWebKitDriver,
  launchFirefox,
  launchWebKit,
  type ForeignBrowser,
} from '@px-platform/test-browser';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { ENGINE_CASES, type EngineCase } from './engine-cases.js';
import { fetchSdkScripts, startFaultProxy, type SdkScripts } from './fault-proxy.js';
import { sitePage } from './fault-stage.js';
import { freePort, startPxDev, type PxDev } from './px-dev.js';

const ENGINES = [
  { engine: 'Firefox', program: findFirefox(), launch: launchFirefox },
  { engine: 'WebKit', program: findWebKitDriver(), launch: launchWebKit },
];

describe('as in Chromium, so', () => {
  let dataDir: string;
  let px: PxDev;
  let scripts: SdkScripts;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'px-engines-'));
    px = await startPxDev({ dataDir, port: await freePort(), args: ['--no-shop'] });
    scripts = await fetchSdkScripts(px);
  });
  afterAll(async () => {
    await px?.stop('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  for (const { engine, program, launch } of ENGINES) {
    describe.skipIf(program === null)(`in ${engine}`, () => {
      let browser: ForeignBrowser;
      beforeAll(async () => {
        browser = await launch(program ?? '');
        console.log(browser.name);
      });
      afterAll(() => browser?.close());

      const play = async ({ before = [], body = '', play }: EngineCase, event: string) => {
        const proxy = await startFaultProxy({ px, scripts });
        const head = before.map((script) => `<script>(${String(script)})();</script>`).join('');
        proxy.pages.set('/', sitePage({ apiKey: px.writeKey }, { before: head, after: body }));
        try {
          await play({ browser, proxy, event });
        } finally {
          await proxy.close();
        }
      };
      for (const [index, scene] of ENGINE_CASES.entries()) {
        it(scene.title, () => play(scene, `${engine.toLowerCase()}_${index}`));
      }
    });
  }
});
