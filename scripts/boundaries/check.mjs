import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listWorkspaces } from '../lib/workspaces.mjs';
import { arrows } from './arrows.mjs';
import { cycles } from './cycles.mjs';
import { entries } from './entries.mjs';
import { globals } from './globals.mjs';
import { imports } from './imports.mjs';
import { listFiles } from './list-files.mjs';
import { lockfile } from './lockfile.mjs';
import { readModule } from './read-module.mjs';
import { siblings } from './siblings.mjs';
import { syntax } from './syntax.mjs';
import { technologies } from './technologies.mjs';
import { texts } from './texts.mjs';

/** Each takes the tree and returns its findings: `{ rule, file, line, what, fix }`. */
const RULES = [
  arrows,
  entries,
  imports,
  technologies,
  cycles,
  siblings,
  globals,
  syntax,
  texts,
  lockfile,
];

const SOURCE = /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;

/**
 * Reads the repository at `root` once and runs every rule over it. Seeing nothing is a finding too:
 * a check that looked at no file has proven nothing.
 */
export function checkBoundaries({ root, map }) {
  const workspaces = listWorkspaces(root);
  const files = listFiles(root);
  const modules = files.filter((file) => isWorkspaceSource(file, workspaces)).map(parse);

  const tree = { root, map, workspaces, files, modules };
  const findings = RULES.flatMap((rule) => rule(tree));
  const counts = {
    packages: workspaces.length,
    modules: modules.length,
    imports: modules.reduce((sum, module) => sum + module.imports.length, 0),
    files: files.length,
    rules: RULES.length,
  };
  for (const noun of ['packages', 'modules', 'imports', 'files']) {
    if (counts[noun] > 0) continue;
    findings.push({
      rule: 'nothing-checked',
      file: '.',
      line: 1,
      what: `no ${noun} were found`,
      fix: 'run from a whole checkout; see the `workspaces` of package.json',
    });
  }
  return { findings, counts };

  function parse(file) {
    const workspace = workspaces.find(({ dir }) => file.startsWith(`${dir}/`));
    return { ...readModule(file, readFileSync(join(root, file), 'utf8')), workspace };
  }
}

function isWorkspaceSource(file, workspaces) {
  return SOURCE.test(file) && workspaces.some(({ dir }) => file.startsWith(`${dir}/`));
}
