import { answers } from './answers.mjs';
import { findProgram } from './find-program.mjs';
import { serviceOpener } from './open-service.mjs';

export const redis = {
  name: 'Redis',
  variable: 'REDIS_URL',
  advice: 'install redis-server',
  packages: ['redis-server'],
  find: () => findProgram(['redis-server', 'valkey-server']),
  describe: ({ programs: server, dir, port }) => ({
    url: `redis://127.0.0.1:${port}`,
    command: server,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''],
    isReady: () => answers(port, 'PING\r\n', /^\+PONG/),
  }),
};

export const openRedis = serviceOpener(redis);
