import { QuestionError, type Analysis } from '../analysis.js';
import { PERSON_LINKS, sourceParams } from '../event-source.js';
import { readTimeRange } from '../time-range.js';

/** Units of one variant. */
interface VariantRow {
  readonly variant: string;
  /** Different units: people, devices, accounts; each counted where it was put first. */
  readonly units: number;
  /** Of these, the ones whom an earlier assignment was kept for. */
  readonly sticky: number;
  readonly first_at: string;
  readonly last_at: string;
}

/**
 * Units an experiment has, each once: a person behind all their ids where people are dealt to, else whatever was hashed.
 * `unit_type` tells: only these two are kept for a person before and after sign-in.
 */
const UNIT = `if(unit_type IN ('user_id', 'anonymous_id', 'id'),
    ('person', toUInt64(if(links.to_person = 0, exposures.person, links.to_person))), (toString(unit_type), unit))`;

/** "Who was in the checkout experiment, and on which side?" */
export const exposures: Analysis = {
  name: 'exposures',
  description:
    'How many units each variant of an experiment was shown to, and how many saw more than one.',
  parameters: {
    experiment: 'Key of the experiment. Required.',
    phase: 'Key of its phase. Default: every phase, each by itself.',
    since: 'today, yesterday, 24h, 7d, epoch milliseconds or ISO 8601. Default: 90d.',
    until: 'As since. Default: now.',
    timezone: 'IANA zone in which a day begins. Default: UTC.',
  },
  async ask({ eventStore, scope, input, now }) {
    const { experiment = '', phase } = input;
    if (experiment === '') throw new QuestionError('say which experiment: experiment=<its key>.');
    const range = readTimeRange({ ...input, since: input.since ?? '90d' }, now);
    const rows = await eventStore.query<
      VariantRow & { readonly phase: string; readonly several: number }
    >({
      sql: `
        SELECT phase, first_variant AS variant, count() AS units, countIf(was_sticky) AS sticky, countIf(is_several) AS several,
          formatDateTime(min(began), '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS first_at,
          formatDateTime(max(ended), '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS last_at
        FROM (
          SELECT phase, ${UNIT} AS of_unit, argMin(variant, (timestamp, event)) AS first_variant, uniqExact(variant) > 1 AS is_several,
            argMin(is_sticky, (timestamp, event)) AS was_sticky, min(timestamp) AS began, max(timestamp) AS ended
          FROM exposures FINAL
          LEFT JOIN ${PERSON_LINKS} AS links ON links.from_person = exposures.person
          WHERE tenant_id = {scope_tenant:String} AND project_id = {scope_project:String} AND experiment = {experiment:String}
            AND ({every_phase:Bool} OR phase = {phase:String})
            AND timestamp >= fromUnixTimestamp64Milli({range_since:Int64}) AND timestamp < fromUnixTimestamp64Milli({range_until:Int64})
          GROUP BY phase, of_unit)
        GROUP BY phase, first_variant
        ORDER BY phase, units DESC, variant
        LIMIT 1000`,
      params: {
        ...sourceParams(scope, range),
        experiment,
        phase: phase ?? '',
        every_phase: phase === undefined,
      },
    });
    const phases = [...new Set(rows.map((row) => row.phase))];
    return {
      since: new Date(range.since).toISOString(),
      until: new Date(range.until).toISOString(),
      experiment,
      phases: phases.map((key) => {
        const own = rows.filter((row) => row.phase === key);
        return {
          phase: key,
          units: own.reduce((sum, { units }) => sum + units, 0),
          several: own.reduce((sum, { several }) => sum + several, 0),
          variants: own.map(({ variant, units, sticky, first_at, last_at }) => ({
            variant,
            units,
            sticky,
            first_at,
            last_at,
          })),
        };
      }),
    };
  },
};
