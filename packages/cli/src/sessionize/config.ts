import { readArgs, UsageError } from '../config.js';

export const SESSIONIZE_USAGE = `px sessionize: the sessions of an export, found as the processor finds them. Needs no server.

  px sessionize <file>…         newline JSON, or .gz of it; - is standard input
    prints a line of JSON a session: owner, session_id, started_at, ended_at, duration_ms, events, first and last event

  --events              prints each event instead, with its session_id, by owner and time
  --owner <fields>      whose an event is: the first of these that has a value   default anonymous_id,user_id
  --time <field>        when it was: epoch milliseconds or ISO 8601              default timestamp
  --id <field>          its id; without a value, its line                        default event_id
  --session <field>     a session that its sender named, which is kept           default session_id
  --campaign <fields>   another of these begins another session, none for no such rule
                                                                                 default utm_source,utm_medium,utm_campaign
  --idle-minutes <n>    a longer pause ends a session                            default 30
  --max-hours <n>       and this long after its first event                      default 24

  A field may lie within others: properties.utm_source. All of an export is held in memory: some 300 bytes an event.
`;

export interface SessionizeConfig {
  readonly files: readonly string[];
  readonly printsEvents: boolean;
  readonly owner: readonly string[];
  readonly time: string;
  readonly id: string;
  readonly session: string;
  readonly campaign: readonly string[];
  readonly idleMs: number;
  readonly maxMs: number;
}

/** Reads arguments. Throws `UsageError`. */
export function readSessionizeConfig(args: readonly string[]): SessionizeConfig {
  const { values, positionals } = readArgs(
    { args: [...args], allowPositionals: true, options: OPTIONS },
    SESSIONIZE_USAGE,
  );
  const fail = (fault: string): never => {
    throw new UsageError(`px sessionize: ${fault}.\n\n${SESSIONIZE_USAGE}`);
  };
  const amount = (option: 'idle-minutes' | 'max-hours', unitMs: number) => {
    const value = Number(values[option]);
    return value > 0
      ? value * unitMs
      : fail(`--${option} "${values[option]}" is no number above 0`);
  };
  const fields = (text: string) => text.split(',').filter(Boolean);
  if (positionals.length === 0) fail('name a file, or - for standard input');
  return {
    files: positionals,
    printsEvents: values.events,
    owner: fields(values.owner),
    time: values.time,
    id: values.id,
    session: values.session,
    campaign: values.campaign === 'none' ? [] : fields(values.campaign),
    idleMs: amount('idle-minutes', 60_000),
    maxMs: amount('max-hours', 3_600_000),
  };
}

const OPTIONS = {
  events: { type: 'boolean', default: false },
  owner: { type: 'string', default: 'anonymous_id,user_id' },
  time: { type: 'string', default: 'timestamp' },
  id: { type: 'string', default: 'event_id' },
  session: { type: 'string', default: 'session_id' },
  campaign: { type: 'string', default: 'utm_source,utm_medium,utm_campaign' },
  'idle-minutes': { type: 'string', default: '30' },
  'max-hours': { type: 'string', default: '24' },
} as const;
