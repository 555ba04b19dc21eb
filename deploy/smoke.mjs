// The topology of compose.yaml as plain processes: Kafka, ClickHouse's engine, Postgres, Redis, `px migrate`, two collectors, two
// processors, an API, behind a real nginx with nginx/px.conf.template. What runs is what the Dockerfiles put into images.
//
//   npm run build && npm run smoke --workspace deploy
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNginx, openPlatform } from '@px-platform/test-services';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Brings it up. Null, said aloud, where a server is missing. */
export async function bringUp({ accessLog = '/dev/null' } = {}) {
  const app = await mkdtemp(join(tmpdir(), 'px-app-'));
  const assembled = spawnSync(process.execPath, [here('docker/assemble.mjs'), app], {
    encoding: 'utf8',
  });
  if (assembled.status !== 0) throw new Error(`assemble.mjs: ${assembled.stderr}`);
  const platform = await openPlatform({
    bin: join(app, 'node_modules/px-platform/dist/bin.js'),
    env: {
      PX_TRUSTED_PROXIES: '1',
      KAFKA_PARTITIONS: '4',
      PX_STOP_WAIT_MS: '1000',
      PX_LOG_LEVEL: 'error',
    },
  });
  const takeDown = async () => {
    await nginx?.stop();
    await platform?.close();
    await rm(app, { recursive: true });
  };
  let nginx = null;
  if (!platform) {
    await takeDown();
    return null;
  }
  try {
    const [collectors, processors, api] = await Promise.all([
      Promise.all([
        platform.start('collector', { PX_SPOOL_DIR: join(app, 'spool') }),
        platform.start('collector'),
      ]),
      Promise.all([platform.start('processor'), platform.start('processor')]),
      platform.start('api'),
    ]);
    const template = await readFile(here('nginx/px.conf.template'), 'utf8');
    const site = (port) =>
      fillIn(template, {
        PX_LISTEN: `127.0.0.1:${port}`,
        PX_COLLECTOR_1: `127.0.0.1:${collectors[0].port}`,
        PX_COLLECTOR_2: `127.0.0.1:${collectors[1].port}`,
        PX_API: `127.0.0.1:${api.port}`,
        PX_ACCESS_LOG: accessLog,
      });
    nginx = await openNginx(site);
    if (!nginx) {
      await takeDown();
      return null;
    }
    const { writeKey, secretKey } = platform;
    return { url: nginx.url, writeKey, secretKey, collectors, processors, api, takeDown };
  } catch (error) {
    await takeDown();
    throw error;
  }
}

/** As envsubst does, with NGINX_ENVSUBST_FILTER=^PX_. */
function fillIn(template, values) {
  return template.replace(/\$\{(PX_\w+)\}/g, (_, name) => {
    if (!(name in values)) throw new Error(`px.conf.template asks for ${name}`);
    return values[name];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const up = await bringUp({ accessLog: '/dev/stdout' });
  if (!up) process.exit(1);
  console.log(`\n  Up at ${up.url}. Write key ${up.writeKey}, secret key ${up.secretKey}.`);
  console.log(`
  curl -i ${up.url}/v1/batch -H 'x-api-key: ${up.writeKey}' -d '{"events":[{"event":"hello","user_id":"me"}]}'
  curl '${up.url}/v1/questions/event-count?project=p&since=15m' -H 'authorization: Bearer ${up.secretKey}'

  Ctrl-C takes all of it down.
`);
  process.once('SIGINT', () => void up.takeDown().then(() => process.exit(0)));
}
