import { QuestionError } from './analysis.js';

/** Columns of `events` that a breakdown may name; any other name is a property. */
const COLUMNS: ReadonlySet<string> = new Set([
  'event_name',
  'browser',
  'os',
  'device_type',
  'geo_country',
  'geo_city',
  'locale',
  'page_host',
  'page_path',
  'referrer_host',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'session_id',
  'distinct_id',
  'sdk_version',
]);

/**
 * SQL for a breakdown: a column by its name, or a property by its path. The name is quoted as an identifier
 * here because no placeholder can stand for one.
 */
export function dimensionSql(name: string): string {
  if (COLUMNS.has(name)) return `toString(${name})`;
  if (name === '' || name.length > 300) {
    throw new QuestionError(
      `by=${JSON.stringify(name.slice(0, 60))} names no column and no property.`,
    );
  }
  const path = name
    .replace(/^properties\./, '')
    .split('.')
    .map((segment) => `\`${segment.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``)
    .join('.');
  return `ifNull(toString(properties.${path}), '')`;
}
