import { matchesAny } from './glob.mjs';
import { packageNameOf } from './package-name.mjs';

/** Rule: a technology is imported by its adapter files only. */
export function technologies({ map, modules }) {
  const held = modules.filter(({ workspace }) => workspace.dir.startsWith('packages/'));
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
