import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bundle } from './size/bundle.mjs';
import { checkSizes } from './size/check.mjs';

/** Text that does not compress away. */
const noise = (length) =>
  Array.from({ length: Math.ceil(length / 64) }, (_, index) =>
    createHash('sha256').update(String(index)).digest('hex'),
  )
    .join('')
    .slice(0, length);

const FILES = {
  'node_modules/lib/package.json': JSON.stringify({
    name: 'lib',
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { browser: './browser.js', default: './server.js' },
      './busy': './busy.js',
    },
  }),
  'node_modules/lib/server.js': 'export const used = "server";\n',
  'node_modules/lib/browser.js': `
    export const used = 'used-word';
    export const unused = 'unused-word';
    export const lazily = () => import('./lazy.js');
  `,
  'node_modules/lib/busy.js': 'globalThis.busy = true;\nexport const busy = 1;\n',
  'node_modules/lib/lazy.js': `export const lazy = '${noise(400)}';\n`,
  'px.js': `window.PX='${noise(300)}';`,
};

async function withFiles(use) {
  const root = mkdtempSync(join(tmpdir(), 'px-size-'));
  try {
    for (const [file, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const check = (...limits) => withFiles((root) => checkSizes({ root, limits }));

const USED = "export { used } from 'lib';";

describe('a bundle', () => {
  it('is what a browser gets: its condition, shaken, minified', async () => {
    const { text, minBytes, gzipBytes, lazyGzipBytes } = await withFiles((root) =>
      bundle(root, { code: USED }),
    );
    expect(text).toContain('used-word');
    expect(text).not.toContain('unused-word');
    expect(text).not.toContain('server');
    expect(minBytes).toBe(text.length);
    expect(gzipBytes).toBe(gzipSync(text, { level: 9 }).length);
    expect(gunzipSync(gzipSync(text)).toString()).toBe(text);
    expect(lazyGzipBytes).toBe(0);
  });

  it('counts what is loaded later apart', async () => {
    const code = "export { lazily } from 'lib';";
    const { text, lazyGzipBytes } = await withFiles((root) => bundle(root, { code }));
    expect(text).not.toContain(noise(400));
    expect(lazyGzipBytes).toBeGreaterThan(100);
  });

  it('of a bare import is what importing does, whatever the package says of itself', async () => {
    const bare = (name, effects) =>
      withFiles((root) => bundle(root, { code: `import '${name}';`, effects }));
    expect((await bare('lib/busy', false)).text).not.toContain('busy');
    expect((await bare('lib/busy', true)).text).toContain('globalThis.busy');
    expect((await bare('lib', true)).minBytes).toBeLessThan(5);
  });

  it('is not made when an import is missing: its bytes would not be counted', async () => {
    const { findings } = await check({
      name: 'gone',
      code: "export * from 'gone';",
      maxGzipBytes: 1_000,
    });
    expect(findings).toEqual([expect.stringMatching(/^gone cannot be bundled/)]);
  });
});

describe('a ceiling', () => {
  it('may not be passed', async () => {
    const { findings, table } = await check({ name: 'script', file: 'px.js', maxGzipBytes: 50 });
    expect(findings).toEqual([
      expect.stringMatching(/^script is \d+ bytes gzip, \d+ above its ceiling/),
    ]);
    expect(table).toMatch(/^bundle +min +gzip +ceiling +lazy\nscript +\d+ +\d+ +50 +0$/);
  });

  it('is said to be slack when 15 % above the truth', async () => {
    const { gzipBytes } = await withFiles((root) => bundle(root, { file: 'px.js' }));
    const at = (maxGzipBytes) => check({ name: 'script', file: 'px.js', maxGzipBytes });
    expect(await at(gzipBytes)).toMatchObject({ findings: [], notes: [] });
    expect(await at(Math.ceil(gzipBytes * 1.3))).toMatchObject({
      findings: [],
      notes: [expect.stringContaining('can come down')],
    });
  });

  it('must be set for something', async () => {
    expect((await check()).findings).toEqual(['there is no limit to check']);
  });
});

describe('words', () => {
  it('of what is not used must not be there', async () => {
    const { findings } = await check({
      name: 'both',
      code: "export * from 'lib';",
      maxGzipBytes: 10_000,
      mustNotHold: ['unused-word'],
    });
    expect(findings).toEqual([expect.stringMatching(/^both holds "unused-word"/)]);
  });

  it('that are looked for must exist somewhere', async () => {
    const { findings } = await check({
      name: 'used',
      code: USED,
      maxGzipBytes: 10_000,
      mustHold: ['unused-word'],
    });
    expect(findings).toEqual([expect.stringMatching(/^used does not hold "unused-word"/)]);
  });
});
