import type { SqlQuestion } from '@px-platform/store';
import { QuestionError } from './analysis.js';

/** Columns of `events` that a breakdown may name; any other name is a property. */
const COLUMNS: ReadonlySet<string> = new Set([
  'event_name',
  'browser',
  'os',
  'device_type',
  'device_model',
  'is_bot',
  'geo_country',
  'geo_region',
  'geo_city',
  'locale',
  'page_host',
  'page_path',
  'page_template',
  'referrer_host',
  'referrer_class',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'session_id',
  'distinct_id',
  'sdk_version',
  'consent',
]);

/** A breakdown: text by which rows are grouped, and the parameters it takes. */
export type Dimension = SqlQuestion;

/** SQL for a breakdown by a column, or by a property's path, as text; '' where there is none. */
export function dimension(name: string): Dimension {
  if (COLUMNS.has(name)) return { sql: `toString(${name})`, params: {} };
  const path = name.replace(/^properties\./, '');
  if (path === '' || path.length > 300) {
    throw new QuestionError(
      `by=${JSON.stringify(name.slice(0, 60))} names no column and no property.`,
    );
  }
  return {
    sql: `ifNull(properties.{dimension_path:Identifier}::Nullable(String), '')`,
    params: { dimension_path: path },
  };
}
