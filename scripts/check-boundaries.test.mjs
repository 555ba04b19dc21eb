import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkBoundaries } from './boundaries/check.mjs';
import { FIXTURE_MAP, withRepository } from './boundaries/fixture.mjs';
import { matchesAny } from './boundaries/glob.mjs';
import { MAP } from './check-boundaries.mjs';

const check = (changes, map = FIXTURE_MAP) =>
  withRepository(changes, (root) => checkBoundaries({ root, map }));

/** `rule file:line` of each finding: what a person is told first. */
const said = (changes, map) =>
  check(changes, map).findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`);

const user = (manifest) => ({
  'packages/user/package.json': {
    name: '@fixture/user',
    exports: { '.': './src/index.ts' },
    dependencies: { '@fixture/base': '^1.0.0', enginelib: '^1.0.0' },
    ...manifest,
  },
});

// Put together from pieces: this file is read by the rule it tests.
const machinePath = (...parts) => ['', ...parts].join('/');

describe('given a sound repository', () => {
  it('finds nothing, and says how much it looked at', () => {
    const { findings, counts } = check({});
    expect(findings).toEqual([]);
    expect(counts).toEqual({ packages: 2, modules: 11, imports: 9, files: 15, rules: 10 });
  });
});

describe('given an empty one', () => {
  it('fails, because a check of nothing proves nothing', () => {
    const { findings } = withRepository({}, (root) => {
      execFileSync('rm', ['-r', `${root}/packages`]);
      return checkBoundaries({ root, map: { ...FIXTURE_MAP, arrows: {} } });
    });
    expect(findings.map(({ what }) => what)).toEqual([
      'no packages were found',
      'no modules were found',
      'no imports were found',
    ]);
  });
});

describe('the arrows of package.json', () => {
  it('may be no more than the map has', () => {
    const base = { name: '@fixture/base', exports: { '.': './src/index.ts' } };
    const dependencies = { '@fixture/user': '^1.0.0' };
    for (const field of [
      'dependencies',
      'peerDependencies',
      'optionalDependencies',
      'devDependencies',
    ]) {
      const changes = { 'packages/base/package.json': { ...base, [field]: dependencies } };
      expect(said(changes), field).toEqual(['arrows packages/base/package.json:7']);
    }
  });

  it('may be no fewer', () => {
    const changes = {
      ...user({ dependencies: { enginelib: '^1.0.0' } }),
      'packages/user/src/index.ts': 'export const user = 1;\n',
    };
    const { findings } = check(changes);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ rule: 'arrows', file: 'packages/user/package.json' });
    expect(findings[0].what).toContain('does not declare @fixture/base');
  });

  it.each([{ assets: { '@fixture/base': ['@fixture/user'] } }, { testTools: ['@fixture/user'] }])(
    'may reach assets and test tools, as development dependencies only (%o)',
    (changes) => {
      const manifest = { name: '@fixture/base', exports: { '.': './src/index.ts' } };
      const map = { ...FIXTURE_MAP, ...changes };
      const dependencies = { '@fixture/user': '^1.0.0' };
      const inField = (field) => ({
        'packages/base/package.json': { ...manifest, [field]: dependencies },
      });
      expect(said(inField('devDependencies'), map)).toEqual([]);
      expect(said(inField('dependencies'), map)).toHaveLength(1);
    },
  );

  it('must be drawn for a new package before it is used', () => {
    const changes = { 'packages/new/package.json': { name: '@fixture/new' } };
    expect(said(changes)).toEqual(['arrows packages/new/package.json:2']);
  });

  it('must lead to packages that exist', () => {
    const map = { ...FIXTURE_MAP, arrows: { ...FIXTURE_MAP.arrows, '@fixture/gone': [] } };
    expect(check({}, map).findings[0].what).toContain('@fixture/gone');
  });
});

describe('entries', () => {
  const base = (target) => ({
    'packages/base/package.json': { name: '@fixture/base', exports: { '.': target } },
    // Imports nothing from the entry under test.
    'packages/user/src/index.ts': 'export const user = 1;\n',
  });
  const source = { '@fixture/source': './src/index.ts' };

  it('lead to source first, or the tests of others would read the last build', () => {
    expect(said(base({ ...source, default: './dist/index.js' }))).toEqual([]);
    expect(said(base({ default: './dist/index.js', ...source }))).toHaveLength(1);
    expect(said(base({ '@fixture/source': './dist/index.js' }))).toHaveLength(1);
    expect(said(base({ default: './dist/index.js' }))).toEqual([
      'entries packages/base/package.json:1',
    ]);
  });
});

describe('imports', () => {
  const undeclared = {
    static: "import { user } from '@fixture/user';\nexport const a = user;\n",
    type: "import type { user } from '@fixture/user';\nexport type A = typeof user;\n",
    'type expression': "export type A = typeof import('@fixture/user').user;\n",
    dynamic: "export const a = () => import('@fixture/user');\n",
    're-export': "export { user } from '@fixture/user';\n",
    'export of all': "export * from '@fixture/user';\n",
    require: "export const a = require('@fixture/user');\n",
    'require.resolve': "export const a = require.resolve('@fixture/user');\n",
  };
  it.each(Object.entries(undeclared))('must be declared (%s)', (_form, text) => {
    expect(said({ 'packages/base/src/extra.ts': text })).toEqual([
      'imports packages/base/src/extra.ts:1',
    ]);
  });

  it('of others must be declared too, or the published package breaks', () => {
    const text = "import pad from 'left-pad';\nexport const a = pad;\n";
    expect(said({ 'packages/base/src/extra.ts': text })).toEqual([
      'imports packages/base/src/extra.ts:1',
    ]);
  });

  it('of development tools belong to tests', () => {
    const text = "import { it } from 'vitest';\nexport const a = it;\n";
    expect(said({ 'packages/base/src/extra.ts': text })).toEqual([
      'imports packages/base/src/extra.ts:1',
    ]);
    expect(said({ 'packages/base/src/extra.test.ts': text })).toEqual([]);
  });

  it('enter a package through its exports only', () => {
    const deep = "import { base } from '@fixture/base/src/base.js';\nexport const a = base;\n";
    const { findings } = check({ 'packages/user/src/extra.ts': deep });
    expect(findings).toHaveLength(1);
    expect(findings[0].what).toBe('@fixture/base/src/base.js reaches inside @fixture/base');
    const data =
      "import data from '@fixture/base/data/one.json' with { type: 'json' };\nexport const a = data;\n";
    expect(said({ 'packages/user/src/extra.ts': data })).toEqual([]);
  });

  it('do not leave the package by a relative path', () => {
    const path = ['..', '..', 'base', 'src', 'base.js'].join('/');
    const text = `\nimport { base } from '${path}';\nexport const a = base;\n`;
    expect(said({ 'packages/user/src/extra.ts': text })).toEqual([
      'imports packages/user/src/extra.ts:2',
    ]);
  });

  it('of itself are relative', () => {
    const text = "import { base } from '@fixture/base';\nexport const a = base;\n";
    expect(said({ 'packages/base/src/extra.ts': text })).toEqual([
      'imports packages/base/src/extra.ts:1',
    ]);
  });

  it('cannot hide in a file that does not parse', () => {
    expect(said({ 'packages/base/src/extra.ts': '\nimport { from;\n' })).toEqual([
      'imports packages/base/src/extra.ts:2',
    ]);
  });
});

describe('a technology', () => {
  it('is named by its adapter only, subpaths and lazy imports included', () => {
    for (const text of [
      "import 'enginelib';\n",
      "export const a = () => import('enginelib/deep');\n",
    ]) {
      expect(said({ 'packages/user/src/extra.ts': text })).toEqual([
        'technologies packages/user/src/extra.ts:1',
      ]);
      expect(said({ 'packages/user/src/adapters/engine-pool.ts': text })).toEqual([]);
    }
  });
});

describe('import cycles', () => {
  it('are reported with the way round', () => {
    const { findings } = check({
      'packages/base/src/a.ts': "import { b } from './b.js';\nexport const a = b;\n",
      'packages/base/src/b.ts': "import { c } from './c.js';\nexport const b = c;\n",
      'packages/base/src/c.ts': "\nexport { a as c } from './a.js';\n",
    });
    expect(findings.map(({ what }) => what)).toEqual([
      'import cycle: packages/base/src/a.ts → packages/base/src/b.ts → packages/base/src/c.ts → packages/base/src/a.ts',
    ]);
  });

  it('count types, folders and self-imports', () => {
    expect(
      said({
        'packages/base/src/a.ts': "import type { B } from './deep';\nexport type A = B;\n",
        'packages/base/src/deep/index.ts': "export type B = import('../a.js').A;\n",
        'packages/base/src/self.ts': "import * as me from './self.js';\nexport const b = me;\n",
      }),
    ).toHaveLength(2);
  });

  it('cannot hide behind a path that leads nowhere', () => {
    expect(said({ 'packages/base/src/a.ts': "export * from './gone.js';\n" })).toEqual([
      'cycles packages/base/src/a.ts:1',
    ]);
  });

  it('are told apart from two ways to one file', () => {
    expect(
      said({
        'packages/base/src/top.ts': "export * from './left.js';\nexport * from './right.js';\n",
        'packages/base/src/left.ts': "export * from './base.js';\n",
        'packages/base/src/right.ts': "export * from './base.js';\n",
      }),
    ).toEqual([]);
  });
});

describe('siblings', () => {
  it('do not import one another, nor their list', () => {
    const text =
      "import { two } from './two.js';\nimport { steps } from './index.js';\nexport const one = [two, steps];\n";
    const siblings = said({ 'packages/user/src/steps/one.ts': text }).filter((line) =>
      line.startsWith('siblings'),
    );
    expect(siblings).toEqual([
      'siblings packages/user/src/steps/one.ts:1',
      'siblings packages/user/src/steps/one.ts:2',
    ]);
  });

  it('may have parts and a test of their own', () => {
    expect(
      said({
        'packages/user/src/steps/one.test.ts':
          "import { one } from './one.js';\nexport const a = one;\n",
        'packages/user/src/analyses/index.ts': "export * from './funnel/funnel.js';\n",
        'packages/user/src/analyses/analysis.ts': 'export type Analysis = 1;\n',
        'packages/user/src/analyses/funnel/funnel.ts':
          "import type { Analysis } from '../analysis.js';\nexport * from './rows.js';\nexport type A = Analysis;\n",
        'packages/user/src/analyses/funnel/rows.ts': 'export const rows = 1;\n',
      }),
    ).toEqual([]);
  });

  it('are all on the list', () => {
    const { findings } = check({ 'packages/user/src/steps/three.ts': 'export const three = 3;\n' });
    expect(findings).toMatchObject([
      { rule: 'siblings', what: 'packages/user/src/steps/index.ts does not list it' },
    ]);
  });
});

describe('globals', () => {
  it.each(['globalThis.document.title', "globalThis['window']"])(
    'of the browser stay at the edge (%s)',
    (text) => {
      expect(said({ 'packages/base/src/a.ts': `export const a = ${text};\n` })).toEqual([
        'globals packages/base/src/a.ts:1',
      ]);
      expect(said({ 'packages/user/src/edge/a.ts': `export const a = ${text};\n` })).toEqual([]);
    },
  );

  it.each([
    'export const a = process.env.A;',
    "export const a = process['env'];",
    'const { env } = process; export const a = env;',
    'export const a = globalThis.process.env;',
    "import { env } from 'node:process'; export const a = env;",
  ])('of the environment stay in config.ts (%s)', (text) => {
    expect(said({ 'packages/base/src/a.ts': `${text}\n` })).toEqual([
      'globals packages/base/src/a.ts:1',
    ]);
    expect(said({ 'packages/base/src/config.ts': `${text}\n` })).toEqual([]);
  });
});

describe('syntax', () => {
  it.each([
    'export enum A { B }',
    'export const enum A { B }',
    'export namespace A { export const b = 1; }',
  ])('that outlives its types is refused (%s)', (text) => {
    expect(said({ 'packages/base/src/a.ts': `${text}\n` })).toEqual([
      'syntax packages/base/src/a.ts:1',
    ]);
  });

  it("may still describe others' modules", () => {
    expect(
      said({ 'packages/base/src/a.ts': "declare module 'x' { export const b: 1; }\nexport {};\n" }),
    ).toEqual([]);
  });
});

describe('texts', () => {
  it.each([
    `see ${machinePath('work', 'main', 'a.ts')}`,
    `cd "${machinePath('root', '.cache')}"`,
    `at file://${machinePath('home', 'ada', 'px')}`,
    `(${machinePath('Users', 'ada', 'px')})`,
    `https://${['registry', 'npmjs', 'org'].join('.')}/x`,
    `look in ${['..', '..', 'elsewhere'].join('/')}`,
  ])('mean the same on every machine (%s)', (text) => {
    expect(said({ 'docs/a.md': `# A\n\n${text}\n` })).toEqual(['texts docs/a.md:3']);
  });

  it('may hold addresses and routes that only look like paths', () => {
    const text =
      'https://example.com/work/main ./src/root/a.ts /v1/work /homework/x /home/node/app ../packages/base\n';
    expect(said({ 'docs/a.md': text })).toEqual([]);
  });

  it('are never taken for the bytes of an image', () => {
    expect(said({ 'docs/a.png': `\0${machinePath('work', 'main', 'a')}` })).toEqual([]);
  });
});

describe('the lockfile', () => {
  it('holds no download address', () => {
    const packages = {
      'node_modules/x': { resolved: 'https://packages.example/x.tgz' },
      'node_modules/y': { resolved: 'packages/base', link: true },
    };
    expect(said({ 'package-lock.json': { packages } })).toEqual(['lockfile package-lock.json:4']);
  });

  it('holds what other platforms need, or npm ci would refuse it', () => {
    const packages = {
      'node_modules/x': { version: '1.0.0', optionalDependencies: { 'x-linux-x64': '1.0.0' } },
    };
    expect(said({ 'package-lock.json': { packages } })).toEqual(['lockfile package-lock.json:1']);
  });

  it('is there', () => {
    expect(said({ 'package-lock.json': null })).toEqual(['lockfile package-lock.json:1']);
  });
});

describe('globs', () => {
  it('keep `*` in its folder, let `**` cross, and take either of `{a,b}`', () => {
    expect(matchesAny('a/b.ts', ['a/*.ts'])).toBe(true);
    expect(matchesAny('a/c/b.ts', ['a/*.ts'])).toBe(false);
    expect(matchesAny('a/c/b.ts', ['a/**'])).toBe(true);
    expect(matchesAny('config.ts', ['**/config.ts'])).toBe(true);
    expect(matchesAny('my-config.ts', ['**/config.ts'])).toBe(false);
    expect(matchesAny('s/pg.ts', ['s/{,*/}{pg,lite}*.ts'])).toBe(true);
    expect(matchesAny('s/x/lite-a.ts', ['s/{,*/}{pg,lite}*.ts'])).toBe(true);
    expect(matchesAny('s/x/y/lite.ts', ['s/{,*/}{pg,lite}*.ts'])).toBe(false);
  });
});

describe('the map of this repository', () => {
  it('has no way round: a package is below all that use it', () => {
    const depth = (name, seen = []) => {
      expect(seen, `cycle through ${name}`).not.toContain(name);
      return 1 + Math.max(0, ...MAP.arrows[name].map((next) => depth(next, [...seen, name])));
    };
    for (const name of Object.keys(MAP.arrows)) expect(depth(name)).toBeGreaterThan(0);
  });

  it('keeps servers and SDKs apart', () => {
    const reach = (name) => [name, ...MAP.arrows[name].flatMap(reach)];
    const isSdk = (name) => name.startsWith('@px-platform/sdk');
    for (const name of Object.keys(MAP.arrows).filter((each) => !isSdk(each))) {
      expect(reach(name).filter(isSdk)).toEqual([]);
    }
    for (const name of Object.keys(MAP.arrows).filter(isSdk)) {
      expect(
        reach(name).filter((each) => !isSdk(each) && each !== '@px-platform/protocol'),
      ).toEqual([]);
    }
  });
});

describe('the command', () => {
  it('exits 1 on a finding, printing file:line — what — what to do', () => {
    const { status, stdout, stderr } = withRepository({}, (root) => {
      // The command reads the checkout it lives in, so it is put into the fixture with its parts.
      execFileSync('cp', ['-r', fileURLToPath(new URL('.', import.meta.url)), `${root}/scripts`]);
      execFileSync('ln', [
        '-s',
        fileURLToPath(new URL('../node_modules', import.meta.url)),
        `${root}/node_modules`,
      ]);
      return spawnSync(process.execPath, [`${root}/scripts/check-boundaries.mjs`], {
        encoding: 'utf8',
      });
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^packages\/base\/package\.json:2 — @fixture\/base is not in the import map — give it a line/m,
    );
    expect(stdout).toMatch(/^check:boundaries: 2 packages, .*\d+ findings$/m);
  });
});
