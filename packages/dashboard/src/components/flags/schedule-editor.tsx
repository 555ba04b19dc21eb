import type { Audience } from '@px-platform/protocol/flags';
import { Field } from './field.js';

type Schedule = NonNullable<Audience['schedule']>;

/** From when, and until when, in the reader's own time; kept in UTC. */
export function ScheduleEditor({
  schedule = {},
  onSchedule,
}: {
  readonly schedule: Schedule | undefined;
  readonly onSchedule: (schedule: Schedule | undefined) => void;
}) {
  const change = (which: 'from' | 'to', typed: string) => {
    const { [which]: _, ...rest } = schedule;
    const at = new Date(typed);
    const next: Schedule =
      typed === '' || Number.isNaN(at.getTime()) ? rest : { ...rest, [which]: at.toISOString() };
    onSchedule(Object.keys(next).length > 0 ? next : undefined);
  };
  return (
    <div className="schedule">
      {(['from', 'to'] as const).map((which) => (
        <Field key={which} label={which === 'from' ? 'From' : 'Until'}>
          {(id) => (
            <input
              id={id}
              className="input"
              type="datetime-local"
              value={localText(schedule[which])}
              onChange={({ target }) => change(which, target.value)}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

/** As the field wants it: local, without a zone, to the minute. */
function localText(time: string | undefined): string {
  if (time === undefined) return '';
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '';
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
