import { bundle } from './bundle.mjs';

/** A ceiling this far above the truth no longer holds anything. */
const SLACK = 0.15;

/**
 * Measures each entry of `limits` and compares it with its ceiling:
 * `{ name, code | file, maxGzipBytes, effects?, mustNotHold?, mustHold? }`. `mustNotHold` proves that what is
 * not imported is not downloaded; `mustHold` proves that the words looked for are words of the code.
 */
export async function checkSizes({ root, limits }) {
  const rows = [['bundle', 'min', 'gzip', 'ceiling', 'lazy']];
  const findings = [];
  const notes = [];
  if (limits.length === 0) findings.push('there is no limit to check');

  for (const { name, maxGzipBytes, mustNotHold = [], mustHold = [], ...source } of limits) {
    let size;
    try {
      size = await bundle(root, source);
    } catch (error) {
      findings.push(`${name} cannot be bundled (is it built?): ${error.message}`);
      continue;
    }
    const { text, minBytes, gzipBytes, lazyGzipBytes } = size;
    rows.push([name, minBytes, gzipBytes, maxGzipBytes, lazyGzipBytes].map(String));
    if (gzipBytes > maxGzipBytes) {
      findings.push(
        `${name} is ${gzipBytes} bytes gzip, ${gzipBytes - maxGzipBytes} above its ceiling: ` +
          'load what is new lazily, or raise the ceiling in size-limits.json and say why',
      );
    } else if (gzipBytes < maxGzipBytes * (1 - SLACK)) {
      notes.push(
        `${name} is ${gzipBytes} bytes gzip; its ceiling of ${maxGzipBytes} can come down`,
      );
    }
    for (const word of mustNotHold.filter((each) => text.includes(each))) {
      findings.push(
        `${name} holds ${JSON.stringify(word)}: something it does not use is not shaken off`,
      );
    }
    for (const word of mustHold.filter((each) => !text.includes(each))) {
      findings.push(
        `${name} does not hold ${JSON.stringify(word)}: size-limits.json looks for a word that is gone`,
      );
    }
  }
  return { table: toTable(rows), findings, notes };
}

function toTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const toLine = (row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ');
  return rows.map(toLine).join('\n');
}
