import { memo, useLayoutEffect, useMemo, useRef } from 'react';
import { eventFacts } from '../live/event-facts.js';
import { eventPerson } from '../live/event-person.js';
import { eventSummary } from '../live/event-summary.js';
import { formatDateTime, formatTime } from '../live/format.js';
import type { LiveItem } from '../live/live-feed.js';
import { EventDetail } from './event-detail.js';
import { Icon } from './icon.js';
import { FLAGGED_LABEL, KIND_LABELS } from './kind-label.js';

export interface EventRowProps {
  readonly item: LiveItem;
  readonly open: boolean;
  readonly onToggle: (key: string) => void;
}

/** One event: a line that opens in place. Drawn again only when its own state changes. */
export const EventRow = memo(function EventRow({ item, open, onToggle }: EventRowProps) {
  const { key, event, fresh } = item;
  const { facts, person, summary, time } = useMemo(() => {
    const found = eventFacts(event);
    return {
      facts: found,
      person: eventPerson(event, found),
      summary: eventSummary(event.event, found),
      time: formatTime(event.timestamp),
    };
  }, [event]);
  const isFlagged = event.kind === 'stored' && event.reason !== null;
  const detailId = `event-${key}`;
  const row = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    if (open && row.current) bringIntoView(row.current);
  }, [open]);
  return (
    <li
      ref={row}
      className="row"
      data-kind={event.kind}
      data-flagged={isFlagged || undefined}
      data-open={open || undefined}
      data-fresh={fresh || undefined}
    >
      <button
        className="row-head"
        type="button"
        aria-expanded={open}
        aria-controls={open ? detailId : undefined}
        onClick={() => onToggle(key)}
      >
        <span className="row-time" title={formatDateTime(event.timestamp)}>
          <i
            className="dot"
            data-kind={event.kind}
            data-flagged={isFlagged || undefined}
            aria-hidden="true"
          />
          {time.clock}
          <span className="row-ms">{time.ms}</span>
        </span>
        <span className="row-name">
          <span className="row-event">{event.event || 'unnamed'}</span>
          {event.kind === 'stored' ? (
            <>
              <span className="visually-hidden">stored</span>
              {isFlagged && (
                <span className="badge" data-kind="flagged">
                  {FLAGGED_LABEL}
                </span>
              )}
            </>
          ) : (
            <span className="badge" data-kind={event.kind}>
              {KIND_LABELS[event.kind]}
            </span>
          )}
        </span>
        <span className="row-summary">
          {event.reason ? (
            <>
              <span className="row-reason">{event.reason.code}</span> {event.reason.message}
            </>
          ) : (
            summary.map((part) => (
              <span key={part.key} className="pair">
                <span className="pair-key">{part.key}</span> {part.value}
              </span>
            ))
          )}
        </span>
        <span className="row-person">
          {person && (
            <span
              className="person"
              data-colour={person.colour}
              data-known={person.known || undefined}
              title={person.id}
            >
              <i className="person-chip" aria-hidden="true" />
              {person.label}
            </span>
          )}
        </span>
        <span className="row-path" title={facts.path || undefined}>
          {facts.path}
        </span>
        <span className="row-origin">
          <span className="row-browser">{facts.browser}</span>
          {facts.isBot && (
            <span className="tag" title="The user agent says that no person was there.">
              bot
            </span>
          )}
          {facts.country !== '' && (
            <span className="tag" title={facts.place}>
              {facts.country}
            </span>
          )}
        </span>
        <Icon name="chevron" />
      </button>
      {open && <EventDetail id={detailId} event={event} />}
    </li>
  );
});

/** Shows as much as fits of a row just opened, from its first line on. */
function bringIntoView(row: HTMLElement): void {
  const pane = row.closest('.scroll');
  const room = Math.min(pane?.clientHeight ?? innerHeight, innerHeight);
  row.scrollIntoView({ block: row.offsetHeight > room ? 'start' : 'nearest' });
}
