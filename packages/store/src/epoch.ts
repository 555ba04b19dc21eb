/** SQL of Postgres: a time as epoch milliseconds, under its column's own name. */
export const epoch = (column: string, table?: string): string =>
  `(extract(epoch FROM ${table === undefined ? column : `${table}.${column}`}) * 1000)::float8 AS ${column}`;
