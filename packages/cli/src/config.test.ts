import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEV_USAGE, readDevConfig, UsageError } from './config.js';

describe('given the arguments of px dev', () => {
  it('has a default for each', () => {
    expect(readDevConfig([], {})).toEqual({
      port: 4400,
      shopPort: 4401,
      host: '127.0.0.1',
      dataDir: resolve('.px'),
      reset: false,
      logLevel: 'warn',
      geoDb: null,
    });
  });

  it('lets the shop follow the port, go elsewhere, or stay away', () => {
    expect(readDevConfig(['--port', '5000'], {})).toMatchObject({ port: 5000, shopPort: 5001 });
    expect(readDevConfig(['--shop-port', '80'], {})).toMatchObject({ port: 4400, shopPort: 80 });
    expect(readDevConfig(['--no-shop'], {})).toMatchObject({ shopPort: null });
    expect(readDevConfig(['--port', '0'], {})).toMatchObject({ port: 0, shopPort: 0 });
    expect(readDevConfig(['--port', '65535'], {})).toMatchObject({ shopPort: 65534 });
  });

  it.each([
    [['--port', 'eighty'], '"eighty" is not a port'],
    [['--port', '65536'], '"65536" is not a port'],
    [['--port', '-1'], '--port'],
    [['--port'], '--port'],
    [['--prot', '80'], '--prot'],
    [['now'], 'now'],
  ])('says what is wrong with %j', (args, words) => {
    expect(() => readDevConfig(args, {})).toThrow(UsageError);
    expect(() => readDevConfig(args, {})).toThrow(words);
  });

  it('takes the log level from the environment, and says which there are', () => {
    expect(readDevConfig([], { PX_LOG_LEVEL: 'debug' })).toMatchObject({ logLevel: 'debug' });
    expect(() => readDevConfig([], { PX_LOG_LEVEL: 'loud' })).toThrow('trace, debug');
  });

  it('documents every option it takes', () => {
    expect(readDevConfig(['--help'], {})).toBe('help');
    for (const option of ['port', 'shop-port', 'no-shop', 'host', 'data', 'reset', 'help']) {
      expect(DEV_USAGE).toContain(`--${option}`);
    }
  });
});
