import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkPackage } from './package/check.mjs';

const MANIFEST = {
  name: '@fixture/dual',
  version: '1.0.0',
  description: 'A fixture.',
  license: 'MIT',
  type: 'module',
  engines: { node: '>=20' },
  exports: {
    '.': {
      import: { types: './dist/index.d.ts', default: './dist/index.js' },
      require: { types: './dist/cjs/index.d.ts', default: './dist/index.cjs' },
    },
    './package.json': './package.json',
  },
  main: './dist/index.cjs',
  files: ['dist'],
  sideEffects: false,
};

const SOUND = {
  LICENSE: 'MIT, as it were.\n',
  'pkg/LICENSE': 'MIT, as it were.\n',
  'pkg/README.md': '# Dual\n',
  'pkg/package.json': MANIFEST,
  'pkg/exports.snapshot.json': { '.': { values: ['default', 'one'], types: ['Two'] } },
  'pkg/dist/index.js': 'export const one = 1;\nexport default one;\n',
  'pkg/dist/index.d.ts':
    'export declare const one: 1;\nexport type Two = 2;\nexport default one;\n',
  'pkg/dist/index.cjs':
    "Object.defineProperty(exports, '__esModule', { value: true });\nexports.one = 1;\nexports.default = 1;\n",
  'pkg/dist/cjs/index.d.ts':
    'export declare const one: 1;\nexport type Two = 2;\nexport default one;\n',
  'pkg/dist/cjs/package.json': { type: 'commonjs' },
};

async function withPackage(changes, use) {
  const root = mkdtempSync(join(tmpdir(), 'px-package-'));
  try {
    for (const [file, content] of Object.entries({ ...SOUND, ...changes })) {
      if (content === null) continue;
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(
        join(root, file),
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    }
    symlinkSync(
      fileURLToPath(new URL('../node_modules', import.meta.url)),
      join(root, 'node_modules'),
    );
    return await use({ root, dir: join(root, 'pkg') });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const findingsOf = async (changes) => (await withPackage(changes, checkPackage)).findings;

describe('given a sound package', () => {
  it('finds nothing, and says what it looked at', async () => {
    const { findings, counts } = await withPackage({}, checkPackage);
    expect(findings).toEqual([]);
    expect(counts).toMatchObject({ files: 8, entries: 1, names: 3 });
  });
});

describe('given a tarball with the wrong things in it', () => {
  it('names each', async () => {
    const findings = await findingsOf({
      'pkg/README.md': null,
      'pkg/LICENSE': 'Mine.\n',
      'pkg/package.json': { ...MANIFEST, bin: { fixture: './dist/bin.js' } },
      'pkg/dist/bin.js': 'export {};\n',
      'pkg/dist/index.test.js': 'export {};\n',
    });
    const has = (text) => expect(findings).toContainEqual(expect.stringContaining(text));
    has('README.md is missing');
    has('LICENSE is not the one of the repository');
    has('dist/index.test.js is in the tarball');
    has('./dist/bin.js must start with #!/usr/bin/env node');
  });

  it('says when nothing was built', async () => {
    const findings = await findingsOf(
      Object.fromEntries(
        Object.keys(SOUND)
          .filter((file) => file.includes('/dist/'))
          .map((file) => [file, null]),
      ),
    );
    const has = (text) => expect(findings).toContainEqual(expect.stringContaining(text));
    has('dist/ is not in the tarball');
    has('publint: ');
    has('.: import leads to dist/index.js, which is not in the tarball');
  });

  it("finds a build that lost 'use client'", async () => {
    const { '.': entry, ...others } = MANIFEST.exports;
    const changes = {
      'pkg/package.json': {
        ...MANIFEST,
        files: ['dist', 'src'],
        exports: { '.': { '@px-platform/source': './src/index.ts', ...entry }, ...others },
      },
      'pkg/src/index.ts': "'use client';\nexport const one = 1;\n",
      'pkg/dist/index.js': `'use client';\n${SOUND['pkg/dist/index.js']}`,
    };
    const lost = "dist/index.cjs does not begin with 'use client' as src/index.ts does";
    expect(await findingsOf(changes)).toEqual([expect.stringContaining(lost)]);
    const kept = `'use client';\n${SOUND['pkg/dist/index.cjs']}`;
    expect(await findingsOf({ ...changes, 'pkg/dist/index.cjs': kept })).toEqual([]);
  });

  it('finds what a renamed module left behind, and a path of this machine', async () => {
    const { '.': entry } = MANIFEST.exports;
    await withPackage(
      {
        'pkg/package.json': {
          ...MANIFEST,
          files: ['dist', 'src'],
          main: undefined,
          exports: { '.': entry.import, './package.json': './package.json' },
        },
        'pkg/src/index.ts': 'export const one = 1;\n',
        'pkg/dist/renamed.js': 'export const one = 1;\n',
      },
      async ({ root, dir }) => {
        writeFileSync(
          join(dir, 'dist', 'index.js.map'),
          JSON.stringify({ file: join(root, 'pkg', 'a.ts') }),
        );
        const { findings } = await checkPackage({ root, dir });
        const has = (text) => expect(findings).toContainEqual(expect.stringContaining(text));
        has('dist/renamed.js has no source');
        has('dist/index.js.map holds a path of this machine');
        expect(
          findings.filter((finding) => finding.includes('dist/index.js has no source')),
        ).toEqual([]);
      },
    );
  });
});

describe('given declarations a user cannot load', () => {
  it('lets attw say so', async () => {
    const findings = await findingsOf({ 'pkg/dist/cjs/package.json': { type: 'module' } });
    expect(findings).toContainEqual(expect.stringMatching(/^attw \(node16\):/));
  });
});

describe('given entries that do not agree', () => {
  it('compares require with import, and values with their types', async () => {
    const findings = await findingsOf({
      'pkg/dist/index.cjs': 'exports.one = 1;\n',
      'pkg/dist/index.js': 'export const one = 1;\nexport const hidden = 1;\nexport default one;\n',
    });
    expect(findings).toContainEqual(
      '.: require gives [one] but import gives [default, hidden, one]',
    );
    expect(findings).toContainEqual('.: hidden has no type declaration');
  });

  it('finds an import that does something', async () => {
    const findings = await findingsOf({
      'pkg/dist/index.js': "console.log('hello');\nexport const one = 1;\nexport default one;\n",
      'pkg/dist/index.cjs': 'throw new Error("no");\n',
    });
    expect(findings).toContainEqual('.: import prints: hello');
    expect(findings).toContainEqual(expect.stringContaining('.: require fails:'));
  });
});

describe('the snapshot of names', () => {
  const grown = {
    'pkg/exports.snapshot.json': { '.': { values: ['default', 'gone'], types: ['Two'] } },
  };

  it('shows what came and went', async () => {
    const findings = await findingsOf(grown);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain('- . gone\n  + . one');
  });

  it('must be there', async () => {
    const findings = await findingsOf({ 'pkg/exports.snapshot.json': null });
    expect(findings).toEqual([expect.stringContaining('exports.snapshot.json is missing')]);
  });

  it('is rewritten on request', async () => {
    await withPackage(grown, async ({ root, dir }) => {
      expect((await checkPackage({ root, dir, update: true })).findings).toEqual([]);
      const written = JSON.parse(readFileSync(join(dir, 'exports.snapshot.json'), 'utf8'));
      expect(written).toEqual({ '.': { values: ['default', 'one'], types: ['Two'] } });
    });
  });
});
