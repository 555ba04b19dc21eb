import { matchesAny } from './glob.mjs';

const BROWSER = new Set([
  'window',
  'document',
  'self',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'navigator',
  'location',
  'history',
]);

/**
 * Rule: the browser and the environment come in through their own doors. The linter sees a bare
 * `window` and `process.env`; this sees the ways around it (`globalThis.window`, `const { env } = process`).
 */
export function globals({ map, modules }) {
  return modules.flatMap((module) => [...browser(module), ...environment(module)]);

  function browser({ file, globals: names }) {
    const isHeld = map.browser.some(({ files, except }) => isWithin(file, files, except));
    if (!isHeld) return [];
    return names
      .filter(({ name }) => BROWSER.has(name))
      .map(({ name, line }) => ({
        rule: 'globals',
        file,
        line,
        what: `globalThis.${name} is named where there may be no browser`,
        fix: "take it through a port of Platform; sdk-web's platform/ and dom/ are where the browser is",
      }));
  }

  function environment({ file, environment: places }) {
    if (!isWithin(file, map.environment.files, map.environment.except)) return [];
    return places.map(({ line }) => ({
      rule: 'globals',
      file,
      line,
      what: 'process.env is read outside config.ts',
      fix: 'read it in the config.ts of the composition root and pass the value in',
    }));
  }
}

function isWithin(file, files, except) {
  return matchesAny(file, files) && !matchesAny(file, except);
}
