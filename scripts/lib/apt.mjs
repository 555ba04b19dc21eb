import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/** Installs Debian packages: as root, or under CI as whoever may become it; a person's machine is theirs to change. */
export async function installWithApt(packages, { log, isCi }) {
  const isRoot = process.getuid?.() === 0;
  if (packages.length === 0 || !existsSync('/etc/debian_version') || !(isRoot || isCi)) return;
  log(`Not here yet: ${packages.join(', ')}. Installing them (apt-get)…`);
  const apt = (...args) => {
    const command = [...(isRoot ? [] : ['sudo', '-n', '-E']), 'apt-get', ...args];
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    return run(command[0], command.slice(1), { capture: true, env });
  };
  await apt('update', '-qq');
  const { code, output } = await apt(
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    ...packages,
  );
  if (code !== 0) log(output.trimEnd());
}
