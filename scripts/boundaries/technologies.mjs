import { matchesAny } from './glob.mjs';
import { packageNameOf } from './package-name.mjs';

/** Rule: a technology is imported by its adapter files only. */
export function technologies({ map, modules }) {
  // What ships. A bench or a test beside src/ may well go to the engine itself.
  const held = modules.filter(({ file }) => matchesAny(file, ['packages/*/src/**']));
  return held.flatMap(({ file, imports }) =>
    imports.flatMap(({ specifier, line }) => {
      const name = packageNameOf(specifier);
      const technology = map.technologies.find(({ modules: names }) => names.includes(name));
      if (technology === undefined || matchesAny(file, technology.files)) return [];
      return [
        {
          rule: 'technologies',
          file,
          line,
          what: `${name} is imported outside its adapter`,
          fix: `use the port; only ${technology.files.join(', ')} may name it`,
        },
      ];
    }),
  );
}
