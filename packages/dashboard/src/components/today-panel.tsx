import { useState } from 'react';
import type { Today } from '../today/use-today.js';
import { formatCount, formatDuration, plural } from '../live/format.js';
import { Icon } from './icon.js';

export interface TodayPanelProps {
  readonly today: Today;
  readonly chosen: ReadonlySet<string>;
  readonly onName: (name: string) => void;
}

/** The day so far, by event. On a narrow screen it folds into one line. */
export function TodayPanel({ today, chosen, onName }: TodayPanelProps) {
  const [open, setOpen] = useState(false);
  const { count, failed } = today;
  const most = Math.max(1, ...(count?.rows.map(({ events }) => events) ?? []));
  const totals = count
    ? `${plural(count.total.events, 'event')} · ${plural(count.total.people, 'person', 'people')}`
    : '';
  return (
    <aside className="today" aria-label="Today" data-open={open || undefined}>
      <div className="today-head">
        <h2>Today</h2>
        <span className="today-total">{totals}</span>
        <button
          className="today-toggle"
          type="button"
          aria-expanded={open}
          aria-controls="today-body"
          onClick={() => setOpen(!open)}
        >
          <span className="visually-hidden">Today by event</span>
          <Icon name="chevron" />
        </button>
      </div>
      <div className="today-body" id="today-body">
        {count && count.rows.length > 0 && (
          // oxlint-disable-next-line jsx-a11y/no-redundant-roles
          <ul className="today-rows" role="list">
            {count.rows.map(({ value, events, people }) => (
              <li key={value}>
                <button
                  className="today-row"
                  type="button"
                  aria-pressed={chosen.has(value)}
                  title={`${plural(events, 'event')} by ${plural(people, 'person', 'people')}`}
                  onClick={() => onName(value)}
                >
                  <span
                    className="today-bar"
                    aria-hidden="true"
                    style={{ inlineSize: `${(events / most) * 100}%` }}
                  />
                  <span className="today-name">{value || 'unnamed'}</span>
                  <span className="today-events">{formatCount(events)}</span>
                  <span className="today-people">
                    {formatCount(people)}
                    <span className="visually-hidden"> {people === 1 ? 'person' : 'people'}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {count && count.rows.length === 0 && (
          <p className="today-note">Nothing counted yet today.</p>
        )}
        {failed && <p className="today-note">The count could not be read just now.</p>}
        {count && count.rows.length > 0 && !failed && (
          <p className="today-note">
            events, people · answered in {formatDuration(count.elapsed_ms)}
          </p>
        )}
      </div>
    </aside>
  );
}
