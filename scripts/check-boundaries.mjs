// Holds the repository to the import map of docs/architecture.md. Run it after any new import:
//   npm run check:boundaries
import { fileURLToPath } from 'node:url';
import { checkBoundaries } from './boundaries/check.mjs';

/** The map, as data. A new package, technology or group of siblings is one more line here. */
export const MAP = {
  /** Which workspace packages each one depends on: no more, no fewer. */
  arrows: {
    '@px-platform/protocol': [],
    '@px-platform/sdk-core': ['@px-platform/protocol'],
    '@px-platform/sdk-web': ['@px-platform/sdk-core', '@px-platform/protocol'],
    '@px-platform/sdk': ['@px-platform/sdk-web', '@px-platform/sdk-node'],
    '@px-platform/sdk-node': ['@px-platform/sdk-core', '@px-platform/protocol'],
    '@px-platform/sdk-react': [
      '@px-platform/sdk-web',
      '@px-platform/sdk-core',
      '@px-platform/protocol',
    ],
    '@px-platform/store': ['@px-platform/protocol'],
    '@px-platform/collector': ['@px-platform/store', '@px-platform/protocol'],
    '@px-platform/processor': ['@px-platform/store', '@px-platform/protocol'],
    '@px-platform/insights': ['@px-platform/store', '@px-platform/protocol'],
    '@px-platform/api': ['@px-platform/insights', '@px-platform/store', '@px-platform/protocol'],
    '@px-platform/dashboard': ['@px-platform/protocol'],
    '@px-platform/test-browser': [],
    '@px-platform/test-react-18': [],
    '@px-platform/test-services': [],
    'px-platform': [
      '@px-platform/collector',
      '@px-platform/processor',
      '@px-platform/api',
      '@px-platform/store',
      '@px-platform/protocol',
    ],
  },

  /** Whose built files a package copies into its own; in devDependencies, so that turbo builds them first. */
  assets: {
    'px-platform': ['@px-platform/dashboard', '@px-platform/sdk-web', '@px-example/shop'],
  },

  /** Private helpers that anyone's tests may use, as a development dependency only. */
  testTools: [
    '@px-platform/test-browser',
    '@px-platform/test-react-18',
    '@px-platform/test-services',
  ],

  /** The export condition under which tests and types read source instead of dist. */
  sourceCondition: '@px-platform/source',

  /** Workspaces outside packages/ that use the suite as a customer or a judge would. */
  freeArrows: ['examples/*', 'e2e', 'bench', 'deploy'],

  /** A technology is named by its adapter only, so that replacing it is one file's work. */
  technologies: [
    { modules: ['kafkajs'], files: ['packages/store/src/event-log/kafka*.ts'] },
    {
      modules: ['@clickhouse/client', '@clickhouse/client-common'],
      files: ['packages/store/src/event-store/{clickhouse,chdb}*.ts'],
    },
    {
      modules: ['chdb'],
      files: [
        'packages/store/src/event-store/chdb*.ts',
        'packages/test-services/src/clickhouse-gateway.mjs',
      ],
    },
    { modules: ['pg'], files: ['packages/store/src/{,*/}{pg,postgres}*.ts'] },
    { modules: ['@electric-sql/pglite'], files: ['packages/store/src/{,*/}pglite*.ts'] },
    { modules: ['ioredis'], files: ['packages/store/src/*/redis*.ts'] },
    { modules: ['maxmind'], files: ['packages/processor/src/geo/mmdb*.ts'] },
    { modules: ['express'], files: ['packages/{collector,api,cli}/src/**'] },
    { modules: ['@openfeature/web-sdk'], files: ['packages/sdk-web/src/openfeature.ts'] },
    { modules: ['@openfeature/server-sdk'], files: ['packages/sdk-node/src/openfeature.ts'] },
    { modules: ['fastify'], files: ['packages/sdk-node/src/fastify.ts'] },
    { modules: ['react-router'], files: ['packages/sdk-react/src/react-router.ts'] },
    { modules: ['next'], files: ['packages/sdk-react/src/next.tsx'] },
    { modules: ['idb-keyval', 'pako'], files: ['packages/sdk-web/src/platform/*.ts'] },
  ],

  /** Folders whose files do not know one another; only their index.ts lists them. */
  siblings: ['plugins', 'steps', 'upgraders', 'sinks', 'rules', 'detectors', 'analyses'],

  /** Who may name the browser. The rest of each package is held to none of it. */
  browser: [
    { files: ['packages/{protocol,sdk-core}/src/**'], except: [] },
    {
      files: ['packages/sdk-web/src/**'],
      except: ['packages/sdk-web/src/{platform,dom,guides,feedback,replay}/**', '**/*.test.ts'],
    },
  ],

  /** Who may read the environment. */
  environment: {
    files: ['packages/*/src/**', 'examples/*/src/**'],
    except: ['**/config.{ts,mjs}', '**/*.test.{ts,tsx}'],
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { findings, counts } = checkBoundaries({
    root: fileURLToPath(new URL('..', import.meta.url)),
    map: MAP,
  });
  for (const { file, line, what, fix } of findings)
    console.error(`${file}:${line} — ${what} — ${fix}`);
  const said = Object.entries(counts).map(([noun, count]) => `${count} ${noun}`);
  console.log(`check:boundaries: ${said.join(', ')}; ${findings.length} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
