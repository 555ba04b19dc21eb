import { dirname, posix } from 'node:path';

/**
 * Rule: in a folder of siblings (plugins, steps…) each file stands alone and index.ts lists them
 * all. They may share the folder's contract, a file named by the singular: `steps/step.ts`.
 */
export function siblings({ map, modules }) {
  const placed = modules.flatMap((module) => {
    const place = placeOf(module.file, map.siblings);
    return place === undefined ? [] : [{ ...module, place }];
  });
  return [...placed.flatMap(strangers), ...unlisted(placed)];

  function strangers({ file, imports, place }) {
    if (place.unit === 'index') return [];
    return imports.flatMap(({ specifier, line }) => {
      if (!specifier.startsWith('.')) return [];
      const target = placeOf(posix.normalize(posix.join(dirname(file), specifier)), map.siblings);
      if (target === undefined || target.folder !== place.folder) return [];
      if (target.unit === place.unit || target.unit === contractOf(place.folder)) return [];
      // A test may go through the list, as a user does.
      if (place.isTest && target.unit === 'index') return [];
      return [
        {
          rule: 'siblings',
          file,
          line,
          what: `${place.unit} imports its sibling ${target.unit}`,
          fix: `move what both need out of ${place.folder}/; only its index.ts knows them all`,
        },
      ];
    });
  }
}

/** A file nobody lists is a feature nobody has. */
function unlisted(placed) {
  const lists = placed.filter(({ place }) => place.unit === 'index' && !place.isTest);
  return lists.flatMap(({ file: index, imports, place: { folder } }) => {
    const listed = new Set(
      imports.map(({ specifier }) => specifier.replace(/^\.\/([^/.]+).*$/, '$1')),
    );
    const units = placed.filter(({ place }) => place.folder === folder && !place.isTest);
    return units
      .filter(({ place: { unit } }) => unit !== 'index' && unit !== contractOf(folder))
      .filter(({ place: { unit } }) => !listed.has(unit))
      .map(({ file }) => ({
        rule: 'siblings',
        file,
        line: 1,
        what: `${index} does not list it`,
        fix: `add one line to ${index}, or move the file out of ${folder}/`,
      }));
  });
}

function placeOf(file, groups) {
  const parts = file.split('/');
  const at = parts.findIndex(
    (part, index) => index > 0 && index < parts.length - 1 && groups.includes(part),
  );
  if (at === -1 || !parts.slice(0, at).includes('src')) return undefined;
  const [unit, ...suffixes] = parts[at + 1].split('.');
  return { folder: parts.slice(0, at + 1).join('/'), unit, isTest: suffixes.includes('test') };
}

/** `steps` → `step`, `analyses` → `analysis`. */
function contractOf(folder) {
  const plural = posix.basename(folder);
  return plural.endsWith('ses') ? plural.replace(/es$/, 'is') : plural.replace(/s$/, '');
}
