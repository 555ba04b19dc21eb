import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers } from './answers.mjs';
import { config } from './config.mjs';
import { findProgram } from './find-program.mjs';
import { freePort } from './free-port.mjs';
import { runServer } from './run-server.mjs';

export const nginx = {
  name: 'nginx',
  advice: 'install nginx',
  packages: ['nginx-light'],
  // Debian puts it where only root looks.
  find: () => findProgram(['nginx'], ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']),
};

export async function openNginx(site) {
  const command = nginx.find();
  if (command === null) {
    const message = `no nginx: ${nginx.advice}`;
    if (config.isCi) throw new Error(message);
    console.warn(`\n  NGINX TESTS SKIPPED: ${message}\n`);
    return null;
  }
  const dir = await mkdtemp(join(tmpdir(), 'px-nginx-'));
  const port = await freePort();
  const file = join(dir, 'nginx.conf');
  await writeFile(file, around(site(port), dir));
  const args = ['-c', file, '-p', dir, '-e', join(dir, 'error.log')];
  const checked = spawnSync(command, [...args, '-t'], { encoding: 'utf8' });
  if (checked.status !== 0) {
    await rm(dir, { recursive: true });
    throw new Error(`nginx does not take it:\n${checked.stderr}`);
  }
  const url = `http://127.0.0.1:${port}`;
  const server = runServer({
    name: 'nginx',
    url,
    command,
    args,
    stopSignal: 'SIGQUIT',
    isReady: () => answers(port, 'GET /healthz HTTP/1.0\r\n\r\n', /^HTTP\/1.1 \d/),
  });
  await server.start();
  return {
    url,
    dir,
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** What the distribution's nginx.conf would say around a site, in a folder of its own. */
const around = (site, dir) => `daemon off;
master_process off;
pid ${dir}/nginx.pid;
events {}
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${dir}/${name};`).join('\n  ')}
  ${site}
}
`;
