/**
 * A version as text that compares like the version does: numbers are padded, and a release comes after its
 * pre-releases.
 */
export const comparableVersion = (version: unknown): string => {
  const isVersion = typeof version === 'string' || typeof version === 'number';
  const [text = ''] = String((isVersion && version) || 0).split('+');
  const parts = (text[0] === 'v' ? text.slice(1) : text).split(/[-.]/);
  // `~` sorts after letters and digits: 1.2.3 is later than 1.2.3-rc.1.
  if (parts.length === 3) parts.push('~');
  return parts.map((part) => (/^\d+$/.test(part) ? part.padStart(5) : part)).join('-');
};
