/** One line of the table: a case, and what came of it. */
export interface FaultLine {
  readonly case: string;
  readonly tracked: number;
  readonly stored: number;
  /** Of the events, how many are not in the store. */
  readonly lost: number;
  /** What is known of the lost. */
  readonly why: string;
  /** Events that came to the collector once more, all times counted. */
  readonly repeated: number;
  readonly requests: number;
  readonly seconds: number;
}

const HEADS = ['tracked', 'stored', 'lost', 'repeated', 'requests', 's'];

/** The lines as text, for whoever reads the run. */
export function faultTable(lines: readonly FaultLine[]): string {
  const width = Math.max(...lines.map((line) => line.case.length)) + 2;
  const row = (name: string, cells: readonly (string | number)[], why = '') =>
    `${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(9)).join('')}  ${why}`.trimEnd();
  return [
    row('case', HEADS),
    ...lines.map((line) => {
      const { tracked, stored, lost, repeated, requests, seconds, why } = line;
      return row(line.case, [tracked, stored, lost, repeated, requests, seconds.toFixed(1)], why);
    }),
  ].join('\n');
}
