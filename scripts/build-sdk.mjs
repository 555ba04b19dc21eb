/**
 * Builds the package of the working directory for publishing:
 *
 *   build/             what tsc emitted: JS and declarations, one file a module
 *   dist/<entry>.js    ESM, one file an entry of package.json `exports`; shared and lazily loaded
 *   dist/<entry>.cjs   modules stay chunks of their own. Dependencies stay imports.
 *   dist/types/        declarations for ESM importers
 *   dist/types-cjs/    the same for CommonJS importers
 *   dist/<iife.file>   the script-tag build, everything bundled and minified
 *                      (package.json "iife": { "entry", "file", "global", "replace", "beside" };
 *                      `replace` names modules that this build has in other forms, and `beside`
 *                      ES modules it may import from its own directory, by the file they become)
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';

/** The oldest language level a customer's bundler or browser must read. */
const TARGET = 'es2021';
const TERSER_TARGET = 2021;
/**
 * Nearly every function of the script tag's file runs as the page starts. Chromium from 136 on reads this as the
 * first line and compiles them all at once, off the page's thread, in place of one by one on it: 9 ms less there.
 */
const EAGER = '//# allFunctionsCalledOnLoad';

/** What tells React's server that a module is the browser's. */
const CLIENT_DIRECTIVE = /^['"]use client['"];/;

const root = process.cwd();
const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

await Promise.all(
  ['build', 'dist'].map((dir) => rm(path.join(root, dir), { recursive: true, force: true })),
);
compile();
const entries = entriesOf(manifest.exports);
await bundle(entries);
await copyTypes();
if (manifest.iife) await bundleForScriptTag(manifest.iife);

/** Type-checks and emits; a package without sources of its own kind would fail here, loudly. */
function compile() {
  const typescript = path.dirname(
    createRequire(import.meta.url).resolve('typescript/package.json'),
  );
  execFileSync(
    process.execPath,
    [path.join(typescript, 'bin/tsc'), '-p', 'tsconfig.build.json', '--target', TARGET],
    { cwd: root, stdio: 'inherit' },
  );
}

/** `{ index: 'build/index.js', testing: 'build/testing/index.js' }`, read off the exports' declarations. */
function entriesOf(exports) {
  const entries = {};
  for (const [subpath, target] of Object.entries(exports)) {
    const output = target?.import?.default;
    const types = target?.import?.types;
    if (!output || !types) continue;
    const name = path.basename(output, '.js');
    if (output !== `./dist/${name}.js`)
      throw new Error(`exports["${subpath}"]: expected ./dist/<entry>.js, received ${output}`);
    entries[name] = path.join(
      root,
      types.replace('./dist/types/', 'build/').replace(/\.d\.ts$/, '.js'),
    );
  }
  if (Object.keys(entries).length === 0)
    throw new Error(`${manifest.name}: package.json "exports" names no entry to build`);
  return entries;
}

async function bundle(input) {
  const packages = Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  });
  const isExternal = (id) =>
    id.startsWith('node:') || packages.some((name) => id === name || id.startsWith(`${name}/`));
  const build = await rollup({ input, external: isExternal, onwarn: failOnWarning });
  const common = {
    dir: path.join(root, 'dist'),
    exports: 'named',
    generatedCode: 'es2015',
    banner: directiveOf,
  };
  await build.write({
    ...common,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
  });
  await build.write({
    ...common,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name].cjs',
    // `import()` of our own chunk becomes a require inside a promise, so the lazy part stays lazy.
    dynamicImportInCjs: false,
    interop: 'auto',
  });
  await build.close();
}

/** Rollup drops `'use client'`; a file that is made of any module that says so says so first. */
async function directiveOf({ moduleIds }) {
  const codes = await Promise.all(moduleIds.map((id) => readFile(id, 'utf8')));
  return codes.some((code) => CLIENT_DIRECTIVE.test(code)) ? `'use client';` : '';
}

/** Declarations twice: TypeScript reads a .d.ts as ESM or CommonJS by the nearest package.json. */
async function copyTypes() {
  const from = path.join(root, 'build');
  const declarations = (await readdir(from, { recursive: true })).filter((file) =>
    file.endsWith('.d.ts'),
  );
  for (const dir of ['types', 'types-cjs']) {
    for (const file of declarations) {
      const to = path.join(root, 'dist', dir, file);
      await mkdir(path.dirname(to), { recursive: true });
      await cp(path.join(from, file), to);
    }
  }
  await writeFile(path.join(root, 'dist/types-cjs/package.json'), '{ "type": "commonjs" }\n');
}

async function bundleForScriptTag({ entry, file, global, replace = {}, beside = {} }) {
  // A script tag has one file: what is lazy in the npm build is simply there, unless it lies beside.
  await minified(entry, replace, {
    file,
    format: 'iife',
    name: global,
    exports: 'default',
    inlineDynamicImports: true,
  });
  for (const [output, module] of Object.entries(beside)) {
    await minified(module, {}, { file: output, format: 'es' });
  }
}

/** One file that needs nothing else, and says its size. Paths are the package's. */
async function minified(entry, replace, output) {
  const absolute = (file) => path.join(root, file);
  const replacements = new Map(Object.entries(replace).map((pair) => pair.map(absolute)));
  const build = await rollup({
    input: absolute(entry),
    plugins: [
      {
        name: 'replace',
        async resolveId(source, importer, options) {
          const resolved = await this.resolve(source, importer, options);
          return replacements.get(resolved?.id) ?? resolved;
        },
      },
      nodeResolve({ browser: true }),
      terser({
        module: output.format === 'es',
        ecma: TERSER_TARGET,
        compress: { passes: 3 },
        format: output.format === 'iife' ? { preamble: EAGER } : {},
      }),
    ],
    onwarn: failOnWarning,
  });
  await build.write({ ...output, file: absolute(output.file), generatedCode: 'es2015' });
  await build.close();
  const code = await readFile(absolute(output.file));
  console.log(
    `${manifest.name} ${output.file}: ${code.length} B, ${gzipSync(code, { level: 9 }).length} B gzip`,
  );
}

/** An unresolved import or a cycle is a broken package, not a remark. */
function failOnWarning(warning) {
  if (warning.code === 'MODULE_LEVEL_DIRECTIVE' && warning.message.includes('use client')) return;
  throw new Error(`rollup: ${warning.message}`);
}
