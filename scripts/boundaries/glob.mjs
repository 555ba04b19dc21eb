/** Whether `path` matches one of the globs: `*` within a folder, `**` across them, `{a,b}` either. */
export function matchesAny(path, globs) {
  return globs.some((glob) => toRegExp(glob).test(path));
}

const compiled = new Map();

function toRegExp(glob) {
  let expression = compiled.get(glob);
  if (expression === undefined) {
    const body = glob
      .replace(/[.+^$()|[\]\\]/g, '\\$&')
      .replace(/\*\*\/|\*\*|\*|\{([^}]*)\}/g, (token, choices) => {
        if (token === '**/') return '(?:.*/)?';
        if (token === '**') return '.*';
        if (token === '*') return '[^/]*';
        return `(?:${choices
          .split(',')
          .map((choice) => choice.replace('*', '[^/]*'))
          .join('|')})`;
      });
    expression = new RegExp(`^${body}$`);
    compiled.set(glob, expression);
  }
  return expression;
}
