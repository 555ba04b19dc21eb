import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isDual } from './lint-tarball.mjs';

/** Never wanted by a user: tests, build leftovers, somebody's settings. */
const UNWANTED =
  /(?:^|\/)(?:test|tests|node_modules|\.turbo|\.results|\.cache)\/|\.test\.[cm]?[jt]sx?$|\.tsbuildinfo$|\.env$|\.log$/;

/** What tells React's server that a module is the browser's. */
const CLIENT = /^['"]use client['"];/;

/** What the tarball must hold, and what it must not. */
export function checkContents({ manifest, packed, root }) {
  const findings = [];
  const has = (file) => packed.files.includes(file);
  const read = (file) => readFileSync(join(packed.dir, file), 'utf8');

  if (!packed.files.some((file) => file.startsWith('dist/')))
    findings.push('dist/ is not in the tarball: build first');
  if (!has('README.md')) findings.push('README.md is missing: npm shows it, and users start there');
  if (!has('LICENSE')) findings.push(`LICENSE is missing: copy the one of the repository`);
  else if (read('LICENSE') !== readFileSync(join(root, 'LICENSE'), 'utf8')) {
    findings.push('LICENSE is not the one of the repository: copy it again');
  }

  for (const file of packed.files.filter((each) => UNWANTED.test(each))) {
    findings.push(`${file} is in the tarball: exclude it in \`files\` of package.json`);
  }

  // tsc never deletes: a module renamed since the last build would ship under both names.
  for (const file of isDual(manifest) ? [] : packed.files) {
    const [, module] = /^dist\/(.+)\.js$/.exec(file) ?? [];
    if (module === undefined || has(`src/${module}.ts`) || has(`src/${module}.tsx`)) continue;
    findings.push(`${file} has no source: remove dist/ and build again`);
  }

  // Bundlers drop it, and an application with server components then fails at the first hook.
  for (const target of Object.values(manifest.exports ?? {})) {
    const source = target['@px-platform/source']?.replace(/^\.\//, '');
    if (source === undefined || !has(source) || !CLIENT.test(read(source))) continue;
    for (const side of [target.import, target.require]) {
      const file = side?.default.replace(/^\.\//, '');
      if (file === undefined || !has(file) || CLIENT.test(read(file))) continue;
      findings.push(
        `${file} does not begin with 'use client' as ${source} does: keep it in the build`,
      );
    }
  }

  const places = [root.replace(/\/$/, ''), homedir()].filter((place) => place !== '/');
  for (const file of packed.files) {
    const place = places.find((each) => read(file).includes(`${each}/`));
    if (place !== undefined) findings.push(`${file} holds a path of this machine (${place})`);
  }

  const { bin = {} } = manifest;
  for (const [name, target] of Object.entries(
    typeof bin === 'string' ? { [manifest.name]: bin } : bin,
  )) {
    const file = target.replace(/^\.\//, '');
    if (!has(file)) findings.push(`bin ${name} points to ${target}, which is not in the tarball`);
    else if (!read(file).startsWith('#!/usr/bin/env node\n')) {
      findings.push(
        `${target} must start with #!/usr/bin/env node, or the shell will run it as its own`,
      );
    }
  }
  return findings;
}
