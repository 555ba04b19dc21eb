import { dirname, posix } from 'node:path';

/** Rule: no module imports itself by way of others, types included, so that each can be read alone. */
export function cycles({ modules, files }) {
  const known = new Set(files);
  const findings = [];
  const graph = new Map();
  for (const { file, imports } of modules) {
    const edges = [];
    for (const { specifier, line } of imports) {
      if (!specifier.startsWith('.')) continue;
      const target = resolve(file, specifier, known);
      if (target !== undefined) edges.push({ target, line });
      else if (/\.[cm]?[jt]sx?$/.test(specifier) && file.includes('/src/')) {
        findings.push({
          rule: 'cycles',
          file,
          line,
          what: `${specifier} leads to no file`,
          fix: 'correct the path; what cannot be followed cannot be checked',
        });
      }
    }
    graph.set(file, edges);
  }
  for (const cycle of findCycles(graph)) {
    findings.push({
      rule: 'cycles',
      file: cycle[0].file,
      line: cycle[0].line,
      what: `import cycle: ${[...cycle.map(({ file }) => file), cycle[0].file].join(' → ')}`,
      fix: 'move what both need into a third file, or pass it in',
    });
  }
  return findings;
}

/** TypeScript's own rule: `./x.js` on the page is `./x.ts` on the disk. */
function resolve(file, specifier, known) {
  const path = posix.normalize(posix.join(dirname(file), specifier.replace(/\?.*$/, '')));
  const stem = path.replace(/\.([cm]?)jsx?$/, '');
  const candidates = [
    path,
    `${stem}.ts`,
    `${stem}.tsx`,
    `${stem}.mts`,
    `${path}.ts`,
    `${path}/index.ts`,
  ];
  return candidates.find((candidate) => known.has(candidate));
}

/** One cycle for each knot: depth-first, a file being closed once all it leads to is. */
function findCycles(graph) {
  const state = new Map();
  const path = [];
  const found = [];
  for (const file of graph.keys()) visit(file);
  return found;

  function visit(file) {
    if (state.get(file) === 'closed') return;
    state.set(file, 'open');
    for (const { target, line } of graph.get(file) ?? []) {
      path.push({ file, line });
      if (state.get(target) === 'open') {
        found.push(path.slice(path.findIndex((step) => step.file === target)));
      } else {
        visit(target);
      }
      path.pop();
    }
    state.set(file, 'closed');
  }
}
