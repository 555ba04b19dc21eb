/** Runs one statement on the engine behind this address, as its owner: what no port offers, such as `DROP VIEW`. The answer's text. */
export async function runStatement(address, sql, settings = {}) {
  const { username, password, origin } = new URL(address);
  const url = new URL(`${origin}/?database=px`);
  for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, value);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
    body: sql,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${text.slice(0, 500)}\nin: ${sql.slice(0, 200)}`);
  return text;
}

/** Rows of `events` feed no other table from here on. The names of the views that are gone. */
export async function dropViews(address) {
  const names = await runStatement(
    address,
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'",
  );
  const views = names.split('\n').filter(Boolean);
  for (const view of views) await runStatement(address, `DROP VIEW ${view}`);
  return views;
}
