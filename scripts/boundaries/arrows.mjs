import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchesAny } from './glob.mjs';

/** Rule: a package.json depends on exactly the workspace packages that the map gives it. */
export function arrows({ root, map, workspaces }) {
  const names = new Set(workspaces.map(({ manifest }) => manifest.name));
  const findings = workspaces.flatMap((workspace) =>
    matchesAny(workspace.dir, map.freeArrows) ? [] : check(workspace, names),
  );
  for (const name of Object.keys(map.arrows)) {
    if (names.has(name)) continue;
    findings.push({
      rule: 'arrows',
      file: 'scripts/check-boundaries.mjs',
      line: 1,
      what: `the import map names ${name}, which is no workspace`,
      fix: 'remove its line from `arrows`, or restore the package',
    });
  }
  return findings;

  function check({ dir, manifest }, workspaceNames) {
    const file = `${dir}/package.json`;
    const allowed = map.arrows[manifest.name];
    const finding = (what, fix, name) => ({
      rule: 'arrows',
      file,
      line: lineOf(file, name),
      what,
      fix,
    });
    if (allowed === undefined) {
      return [
        finding(
          `${manifest.name} is not in the import map`,
          'give it a line in `arrows` of scripts/check-boundaries.mjs, and in CONTRIBUTING.md',
          manifest.name,
        ),
      ];
    }
    // A private app is bundled: where it lists what it needs makes no difference to anyone.
    const shipped = namesIn(manifest, ['dependencies', 'optionalDependencies', 'peerDependencies']);
    const development = namesIn(manifest, ['devDependencies']).filter(
      (name) => !map.testTools.includes(name),
    );
    const declared = manifest.private === true ? [...shipped, ...development] : shipped;
    const assets = map.assets[manifest.name] ?? [];
    const hidden = manifest.private === true ? [] : development;
    return [
      ...declared
        .filter((name) => workspaceNames.has(name) && !allowed.includes(name))
        .map((name) =>
          finding(
            `${manifest.name} must not depend on ${name}`,
            'remove the dependency; take what is needed as an argument, or move it to a package both may use',
            name,
          ),
        ),
      ...hidden
        .filter((name) => workspaceNames.has(name) && ![...allowed, ...assets].includes(name))
        .map((name) =>
          finding(
            `the tests of ${manifest.name} must not depend on ${name}`,
            'test through the package itself; what spans packages belongs in e2e/',
            name,
          ),
        ),
      ...allowed
        .filter((name) => !declared.includes(name))
        .map((name) =>
          finding(
            `${manifest.name} does not declare ${name}, an arrow of the import map`,
            'add it to `dependencies`, or take the arrow off the map',
            '"dependencies"',
          ),
        ),
    ];
  }

  function lineOf(file, text) {
    const index = readFileSync(join(root, file), 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text));
    return Math.max(index, 0) + 1;
  }
}

function namesIn(manifest, fields) {
  return fields.flatMap((field) => Object.keys(manifest[field] ?? {}));
}
