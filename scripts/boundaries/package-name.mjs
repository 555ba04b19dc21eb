/** The package a bare specifier belongs to: `@scope/name/deep` → `@scope/name`. */
export function packageNameOf(specifier) {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}
