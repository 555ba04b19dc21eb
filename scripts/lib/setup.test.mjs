import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureBuilt } from './build.mjs';
import { BROWSERS, findBrowser } from './browsers.mjs';
import { isInstalled } from './install.mjs';
import { nodeVersionProblem } from './node-version.mjs';
import { run } from './run.mjs';

async function withFiles(files, use) {
  const root = mkdtempSync(join(tmpdir(), 'px-setup-'));
  const write = (file, content) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(
      join(root, file),
      typeof content === 'string' ? content : JSON.stringify(content),
      { mode: 0o755 },
    );
  };
  try {
    for (const [file, content] of Object.entries(files)) write(file, content);
    return await use(root, write);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe('Node', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '23.0.0', '24.1.0'])('%s will do', (version) => {
    expect(nodeVersionProblem(version)).toBeNull();
  });

  it.each(['18.20.0', '20.18.3', '21.7.0', '22.11.0'])(
    '%s will not, and is told what to do',
    (version) => {
      expect(nodeVersionProblem(version)).toContain(`This is Node ${version}`);
      expect(nodeVersionProblem(version)).toContain('https://nodejs.org');
    },
  );
});

describe('an installed tree', () => {
  const wanted = {
    packages: {
      '': { name: 'root' },
      'packages/a': { version: '0.1.0' },
      'node_modules/x': { version: '1.0.0' },
      'node_modules/big': { version: '3.0.0', optional: true },
      'node_modules/@px/a': { resolved: 'packages/a', link: true },
    },
  };
  const installed = {
    packages: {
      'node_modules/x': { version: '1.0.0' },
      'node_modules/@px/a': { resolved: 'packages/a', link: true },
    },
  };
  const judge = (tree) =>
    withFiles(
      { 'package-lock.json': wanted, ...(tree && { 'node_modules/.package-lock.json': tree }) },
      (root) => isInstalled(root),
    );

  it('has every version of the lockfile; what is optional may be missing', async () => {
    expect(await judge(installed)).toBe(true);
  });

  it('is not one when missing, older, or short of a package', async () => {
    const { 'node_modules/x': _x, ...short } = installed.packages;
    const older = { ...installed.packages, 'node_modules/x': { version: '0.9.0' } };
    const oldOptional = { ...installed.packages, 'node_modules/big': { version: '2.0.0' } };
    expect(await judge(null)).toBe(false);
    expect(await judge({ packages: short })).toBe(false);
    expect(await judge({ packages: older })).toBe(false);
    expect(await judge({ packages: oldOptional })).toBe(false);
  });
});

describe('building', () => {
  // Stands in for turbo at the one door it is called through: counts its runs, makes the output.
  const TURBO = `#!/bin/sh
    echo "$@" >> turbo-runs; mkdir -p packages/a/dist packages/a/assets
    echo built > packages/a/dist/index.js; echo built > packages/a/assets/$$.js
    [ ! -e packages/a/broken ] || { echo "a.ts(1,1): no"; exit 3; }
  `;
  const files = {
    'package.json': { workspaces: ['packages/*'] },
    'package-lock.json': {},
    'turbo.json': { tasks: { build: { outputs: ['dist/**', 'assets/**'] } } },
    'packages/a/package.json': { name: 'a', scripts: { build: 'tsc' } },
    'packages/a/src/a.ts': 'export {};\n',
    'packages/a/README.md': '# A\n',
    'node_modules/.bin/turbo': TURBO,
  };
  const lines = [];
  const build = (root) => ensureBuilt(root, { log: (line) => lines.push(line) });

  it('happens once, and again only when something it reads has changed', async () => {
    await withFiles(files, async (root, write) => {
      expect(await build(root)).toBe(true);
      expect(await build(root)).toBe(false);

      write('packages/a/README.md', '# Another\n');
      write('packages/a/src/a.test.ts', 'export {};\n');
      expect(await build(root)).toBe(false);

      write('packages/a/src/a.ts', 'export const a = 1;\n');
      expect(await build(root)).toBe(true);
      utimesSync(join(root, 'packages/a/src/a.ts'), 1, 1);
      expect(await build(root)).toBe(true);
      write('packages/a/src/assets/b.ts', 'export {};\n');
      expect(await build(root)).toBe(true);
      rmSync(join(root, 'packages/a/dist'), { recursive: true });
      expect(await build(root)).toBe(true);
      expect(await build(root)).toBe(false);
      expect(readFileSync(join(root, 'turbo-runs'), 'utf8').match(/run/g)).toHaveLength(5);
    });
  });

  it('is of packages and what they are made of, and of no other example', async () => {
    const other = { 'examples/big/package.json': { name: 'big', scripts: { build: 'next' } } };
    const shop = { name: 'shop', scripts: { build: 'vite' } };
    const made = {
      ...files,
      ...other,
      'package.json': { workspaces: ['packages/*', 'examples/*'] },
      'packages/a/package.json': {
        name: 'a',
        scripts: { build: 'tsc' },
        devDependencies: { shop: '*' },
      },
      'examples/shop/package.json': shop,
      'examples/shop/dist/index.html': '',
    };
    await withFiles(made, async (root, write) => {
      expect(await build(root)).toBe(true);
      expect(await build(root)).toBe(false);
      write('examples/big/page.js', '');
      expect(await build(root)).toBe(false);
      write('examples/shop/page.js', '');
      expect(await build(root)).toBe(true);
      expect(readFileSync(join(root, 'turbo-runs'), 'utf8').split('\n')[0]).toBe(
        'run build --output-logs=errors-only --filter=a --filter=shop',
      );
    });
  });

  it('shows what failed, and is not taken for done', async () => {
    await withFiles({ ...files, 'packages/a/broken': '' }, async (root) => {
      await expect(build(root)).rejects.toThrow(/The build failed\.\s+a\.ts\(1,1\): no/);
      await expect(build(root)).rejects.toThrow('The build failed.');
    });
  });
});

describe('a browser', () => {
  const has =
    (...places) =>
    (place) =>
      places.includes(place);
  const [chromium, , webkit] = BROWSERS;

  it('is the one named, else the first found', () => {
    const env = { PX_CHROMIUM: '/opt/chromium' };
    expect(
      findBrowser(chromium, { env, isProgram: has('/opt/chromium', '/usr/bin/chromium') }),
    ).toBe('/opt/chromium');
    expect(findBrowser(chromium, { env: {}, isProgram: has('/usr/bin/google-chrome') })).toBe(
      '/usr/bin/google-chrome',
    );
    expect(findBrowser(chromium, { env: {}, isProgram: has() })).toBeNull();
  });

  it('that is named and not there is a mistake to be told', () => {
    const env = { PX_CHROMIUM: '/gone' };
    expect(() => findBrowser(chromium, { env, isProgram: (place) => place !== '/gone' })).toThrow(
      'PX_CHROMIUM is /gone',
    );
  });

  it('is not there as long as what it needs to run is not', () => {
    const driver = '/usr/bin/WebKitWebDriver';
    const find = (...places) => findBrowser(webkit, { env: {}, isProgram: has(...places) });
    expect(find(driver)).toBeNull();
    expect(find(driver, '/usr/bin/xvfb-run')).toBe(driver);
  });
});

describe('a command', () => {
  it('gives its exit code and what it said', async () => {
    const { code, output } = await run('sh', ['-c', 'echo out; echo err >&2; exit 7'], {
      capture: true,
    });
    expect(code).toBe(7);
    expect(output).toBe('out\nerr\n');
  });

  it('that hangs is stopped at its deadline, with what it started', async () => {
    const startedAt = performance.now();
    const { timedOut, code } = await run('sh', ['-c', 'sleep 30 & wait'], {
      capture: true,
      timeoutMs: 200,
    });
    expect(timedOut).toBe(true);
    expect(code).not.toBe(0);
    // The pipe closes only once the grandchild is gone too.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('does not phone home', async () => {
    const { output } = await run('sh', ['-c', 'echo $DO_NOT_TRACK$TURBO_TELEMETRY_DISABLED'], {
      capture: true,
    });
    expect(output).toBe('11\n');
  });
});
