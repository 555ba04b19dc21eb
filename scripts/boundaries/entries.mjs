/**
 * Rule: each code entry of a published package leads, under our own condition and before all others,
 * to its source. Without it the tests and types of its users would silently read the last build.
 */
export function entries({ map, workspaces }) {
  return workspaces
    .filter(({ manifest }) => manifest.private !== true)
    .flatMap(({ dir, manifest }) =>
      Object.entries(manifest.exports ?? {})
        .filter(([, target]) => typeof target === 'object')
        .filter(([, target]) => {
          const [first, path] = Object.entries(target)[0] ?? [];
          return first !== map.sourceCondition || !String(path).startsWith('./src/');
        })
        .map(([entry]) => ({
          rule: 'entries',
          file: `${dir}/package.json`,
          line: 1,
          what: `exports["${entry}"] does not begin with "${map.sourceCondition}"`,
          fix: `put "${map.sourceCondition}": "./src/…" first in it`,
        })),
    );
}
