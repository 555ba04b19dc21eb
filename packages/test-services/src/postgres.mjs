import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';
import { serviceOpener } from './open-service.mjs';

/** Debian keeps the server's programs off the PATH, one folder a version. */
const DEBIAN = '/usr/lib/postgresql';

export const postgres = {
  name: 'Postgres',
  variable: 'POSTGRES_URL',
  advice: 'install postgresql (the server)',
  packages: ['postgresql'],
  find() {
    const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => b - a) : [];
    const places = versions.map((version) => join(DEBIAN, version, 'bin'));
    const initdb = findProgram(['initdb'], places);
    const server = findProgram(['postgres'], places);
    const pgIsReady = findProgram(['pg_isready'], places);
    return initdb && server && pgIsReady ? { initdb, server, pgIsReady } : null;
  },
  describe({ programs: { initdb, server, pgIsReady }, dir, port }) {
    // It refuses to run as root.
    const owner = process.getuid?.() === 0 ? ownerOf('nobody') : {};
    if (owner.uid !== undefined) chownSync(dir, owner.uid, owner.gid);
    const data = join(dir, 'data');
    execFileSync(initdb, ['-D', data, '-U', 'px', '-A', 'trust', '-E', 'UTF8', '--locale=C'], {
      ...owner,
      stdio: 'pipe',
    });
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${dir}`,
    ];
    return {
      url: `postgres://px@127.0.0.1:${port}/postgres`,
      command: server,
      args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      owner,
      // A quick stop, whoever is still connected.
      stopSignal: 'SIGINT',
      // It listens long before it has recovered.
      isReady: async () =>
        spawnSync(pgIsReady, ['-h', '127.0.0.1', '-p', String(port)]).status === 0,
    };
  },
};

export const openPostgres = serviceOpener(postgres);

function ownerOf(name) {
  const id = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
