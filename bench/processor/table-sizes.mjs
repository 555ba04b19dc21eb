import { runStatement } from '../lib/clickhouse.mjs';

/** What each table takes on disk, the largest first. */
export async function tableSizes(url) {
  const text = await runStatement(
    url,
    `SELECT table, sum(rows), sum(bytes_on_disk) AS bytes, count() FROM system.parts
     WHERE active AND database = currentDatabase() GROUP BY table ORDER BY bytes DESC`,
  );
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [table, ...numbers] = line.split('\t');
      const [rows, bytes, parts] = numbers.map(Number);
      return { table, rows, bytes, parts };
    });
}
