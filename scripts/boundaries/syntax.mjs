/** Rule: no enums, no namespaces: TypeScript that is not JavaScript once its types are gone. */
export function syntax({ modules }) {
  return modules.flatMap(({ file, syntax: found }) =>
    found.map(({ noun, line }) => ({
      rule: 'syntax',
      file,
      line,
      what: `declares ${noun === 'enum' ? 'an enum' : 'a namespace'}`,
      fix:
        noun === 'enum'
          ? 'use a union of strings, or an `as const` object'
          : 'use a module: files are the namespaces here',
    })),
  );
}
