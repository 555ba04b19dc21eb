/**
 * Optional dependencies that the lockfile promises but does not hold: `{ name, version, wantedBy }`.
 * npm leaves out what the registry at hand could not give it (other platforms' binaries, on a partial
 * mirror), and then `npm ci` refuses the file: everywhere.
 */
export function missingOptional(lock) {
  const missing = new Map();
  for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isHeld(lock, path, name)) continue;
      if (!missing.has(name)) missing.set(name, { name, version, wantedBy: path });
    }
  }
  return [...missing.values()];
}

/**
 * The lockfile with those entries added, as npm writes them for a platform that is not this one.
 * They carry no integrity: whoever has them in reach adds it by `npm install`. A version that is a
 * range, or a name that does not say its platform, cannot be guessed and is left missing.
 */
export function completeLockfile(lock) {
  const packages = { ...lock.packages };
  for (const { name, version } of missingOptional(lock)) {
    const platform = platformOf(name);
    if (platform === null || !/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) continue;
    const { os, ...rest } = platform;
    // In npm's own order, so that its next write changes nothing.
    packages[`node_modules/${name}`] = { version, ...rest, optional: true, ...(os && { os }) };
  }
  const sorted = Object.keys(packages).sort((a, b) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted.map((path) => [path, packages[path]])) };
}

function isHeld({ packages }, from, name) {
  for (let base = from; ; base = base.slice(0, Math.max(base.lastIndexOf('/node_modules/'), 0))) {
    const path = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (path in packages) return true;
    if (base === '') return false;
  }
}

const SYSTEMS = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  win32: 'win32',
  windows: 'win32',
};
const PROCESSORS = {
  64: 'x64',
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  loong64: 'loong64',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
  x64: 'x64',
};

/** Native packages are named by platform: `binding-linux-arm64-musl`, `darwin-64`. Null when not. */
function platformOf(name) {
  const words = name.slice(name.indexOf('/') + 1).split('-');
  const system = words.find((word) => word in SYSTEMS);
  const processor = words.find((word) => word in PROCESSORS);
  if (processor === 'wasm32') return { cpu: ['wasm32'] };
  if (system === undefined || processor === undefined) return null;
  const libc = system !== 'linux' ? undefined : words.at(-1).startsWith('musl') ? 'musl' : 'glibc';
  const isSpecific = /^(?:gnu|musl)/.test(words.at(-1));
  return {
    cpu: [PROCESSORS[processor]],
    ...(libc !== undefined && isSpecific && { libc: [libc] }),
    os: [SYSTEMS[system]],
  };
}
