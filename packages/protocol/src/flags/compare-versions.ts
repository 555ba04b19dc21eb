/**
 * A version as text that compares like the version does: numbers are padded, and a release comes after its
 * pre-releases.
 */
export const comparableVersion = (version: unknown): string => {
  const text = typeof version === 'number' ? String(version) : version;
  const parts = (typeof text === 'string' && text !== '' ? text : '0')
    .replace(/^v|\+.*$/g, '')
    .split(/[-.]/);
  // `~` sorts after letters and digits: 1.2.3 is later than 1.2.3-rc.1.
  if (parts.length === 3) parts.push('~');
  return parts.map((part) => (/^\d+$/.test(part) ? part.padStart(5) : part)).join('-');
};
