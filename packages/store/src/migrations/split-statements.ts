/**
 * Cuts SQL into statements at its semicolons, leaving alone those inside quotes, comments and
 * Postgres' dollar quotes. Comments are dropped.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let statement = '';
  let at = 0;
  while (at < sql.length) {
    const token = tokenAt(sql, at);
    at += token.length;
    if (token === ';') {
      statements.push(statement);
      statement = '';
    } else {
      statement += isComment(token) ? ' ' : token;
    }
  }
  return [...statements, statement].map((each) => each.trim()).filter((each) => each !== '');
}

/** A comment, a quoted text with its quotes, or one character. */
function tokenAt(sql: string, at: number): string {
  const rest = sql.slice(at, at + 64);
  if (rest.startsWith('--')) return until(sql, at, '\n', 2);
  if (rest.startsWith('/*')) return until(sql, at, '*/', 2);
  const dollar = /^\$(?:[A-Za-z_][A-Za-z_0-9]*)?\$/.exec(rest)?.[0];
  if (dollar !== undefined) return until(sql, at, dollar, dollar.length);
  const first = rest.charAt(0);
  return first === "'" || first === '"' || first === '`' ? quoted(sql, at, first) : first;
}

function until(sql: string, at: number, end: string, skip: number): string {
  const found = sql.indexOf(end, at + skip);
  return found === -1 ? sql.slice(at) : sql.slice(at, found + end.length);
}

/** A doubled quote is two quoted texts side by side, which is as good. Backslashes escape (ClickHouse). */
function quoted(sql: string, at: number, quote: string): string {
  let end = at + 1;
  while (end < sql.length && sql.charAt(end) !== quote) end += sql.charAt(end) === '\\' ? 2 : 1;
  return sql.slice(at, end + 1);
}

function isComment(token: string): boolean {
  return token.startsWith('--') || token.startsWith('/*');
}
