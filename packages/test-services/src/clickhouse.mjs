import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serviceOpener } from './open-service.mjs';

const GATEWAY = fileURLToPath(new URL('clickhouse-gateway.mjs', import.meta.url));
const PASSWORD = 'secret';

/** ClickHouse's engine behind its HTTP interface; user `default`, password `secret`. */
export const clickHouse = {
  name: 'ClickHouse',
  variable: 'CLICKHOUSE_URL',
  advice: 'install the optional package chdb (Linux with glibc, macOS)',
  find() {
    try {
      return createRequire(import.meta.url).resolve('chdb');
    } catch {
      return null;
    }
  },
  describe: ({ dir, port }) => ({
    url: `http://default:${PASSWORD}@127.0.0.1:${port}`,
    command: process.execPath,
    args: [GATEWAY, String(port), join(dir, 'data'), PASSWORD],
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/ping`)).ok,
  }),
};

export const openClickHouse = serviceOpener(clickHouse);
