import { formats } from './formats/index.js';
import type { ImportFormat } from './formats/format.js';

/** So many lines that are not empty are looked at. */
export const LINES_LOOKED_AT = 20;

/** The format that recognises most of a file's first lines, and how many those are; null if none does. */
export function detectFormat(
  lines: readonly string[],
): { readonly format: ImportFormat; readonly recognised: number; readonly of: number } | null {
  const looked = lines.filter((line) => line.trim() !== '').slice(0, LINES_LOOKED_AT);
  const counted = formats.map((format) => ({
    format,
    recognised: looked.filter((line) => format.recognises(line)).length,
    of: looked.length,
  }));
  const [best] = counted.sort((one, other) => other.recognised - one.recognised);
  return best && best.recognised > 0 ? best : null;
}

/** What stands there instead, for whoever gave the file. */
export function whatStandsThere(lines: readonly string[]): string {
  const first = lines.find((line) => line.trim() !== '');
  if (first === undefined) return 'there is nothing in it';
  if (first.trimStart().startsWith('['))
    return "it is one JSON list; make it one event a line: jq -c '.[]'";
  return `it begins with ${JSON.stringify(first.slice(0, 60))}`;
}
