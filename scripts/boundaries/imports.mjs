import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { packageNameOf } from './package-name.mjs';

const TEST_FILE = /\.test\.(?:tsx?|mjs)$|\.config\.(?:ts|mts|js|mjs)$/;

/**
 * Rule: what a module imports, its package declares; a workspace package is entered through its
 * `exports` only; and no relative path leaves the package.
 */
export function imports({ root, workspaces, modules }) {
  const byName = new Map(workspaces.map((workspace) => [workspace.manifest.name, workspace]));
  const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return modules.flatMap((module) =>
    module.broken !== null
      ? [
          {
            rule: 'imports',
            file: module.file,
            line: module.broken.line,
            what: `does not parse: ${module.broken.message}`,
            fix: 'correct the syntax; an unread module is an unchecked one',
          },
        ]
      : module.imports.flatMap((entry) => check(module, entry)),
  );

  function check({ file, workspace }, { specifier, line }) {
    const finding = (what, fix) => [{ rule: 'imports', file, line, what, fix }];
    if (specifier.startsWith('.')) return checkRelative();
    if (specifier.startsWith('/') || specifier.startsWith('virtual:')) return [];
    if (specifier.startsWith('#') || isBuiltin(specifier)) return [];

    const name = packageNameOf(specifier);
    const { manifest } = workspace;
    if (name === manifest.name) {
      return isTest() || Object.keys(manifest.exports ?? {}).length === 0
        ? []
        : finding(`${name} imports itself by name`, 'use a relative path');
    }
    if (!declares(manifest, name)) {
      return finding(
        `${name} is imported but ${manifest.name} does not declare it`,
        byName.has(name)
          ? 'follow the import map: take it as an argument, or enter through a package that is declared'
          : `npm install -w ${workspace.dir} ${name}`,
      );
    }
    const target = byName.get(name);
    if (target === undefined) return [];
    const subpath = `.${specifier.slice(name.length)}`;
    if (isExported(target.manifest, subpath)) return [];
    return finding(
      `${specifier} reaches inside ${name}`,
      `import from ${listExports(target.manifest)}; if something is missing there, export it`,
    );

    function checkRelative() {
      const path = posix.normalize(`${dirname(file)}/${specifier}`);
      if (path.startsWith(`${workspace.dir}/`)) return [];
      // The one configuration every package's tests share.
      if (path === 'vitest.shared.js' || path === 'vitest.shared.ts') return [];
      return finding(
        `${specifier} leaves ${workspace.dir}`,
        'import the other package by its name; declare it if the import map allows it',
      );
    }

    function isTest() {
      return TEST_FILE.test(file) || !file.startsWith(`${workspace.dir}/src/`);
    }

    function declares(manifest, dependency) {
      const shipped = {
        ...manifest.dependencies,
        ...manifest.optionalDependencies,
        ...manifest.peerDependencies,
      };
      if (dependency in shipped || `@types/${dependency}` in shipped) return true;
      // What is never published may use its own and the root's development tools.
      if (manifest.private !== true && !isTest()) return false;
      return dependency in { ...manifest.devDependencies, ...rootManifest.devDependencies };
    }
  }
}

function isExported({ exports = {} }, subpath) {
  return Object.keys(exports).some((key) => {
    if (!key.includes('*')) return key === subpath;
    const [before, after] = key.split('*');
    return subpath.startsWith(before) && subpath.endsWith(after);
  });
}

function listExports({ name, exports = {} }) {
  return Object.keys(exports)
    .filter((key) => key !== './package.json')
    .map((key) => name + key.slice(1))
    .join(', ');
}
