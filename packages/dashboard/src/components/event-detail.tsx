import type { JsonValue, LiveEvent, StepReport } from '@px-platform/protocol';
import { adviceFor, clockRule, storedLatencyMs } from '../live/event-outcome.js';
import { formatDateTime, formatDuration, formatMicros } from '../live/format.js';
import { CopyButton } from './copy-button.js';
import { JsonView } from './json-view.js';
import { KIND_LABELS } from './kind-label.js';

export interface EventDetailProps {
  readonly id: string;
  readonly event: LiveEvent;
}

/** An event's whole way: what arrived, what each step added, what became of it. */
export function EventDetail({ id, event }: EventDetailProps) {
  return (
    <div
      className="detail"
      id={id}
      role="region"
      aria-label={`Details of ${event.event || 'the event'}`}
    >
      <Arrived event={event} />
      <div className="detail-side">
        <Enriched event={event} />
        <Outcome event={event} />
      </div>
    </div>
  );
}

function Arrived({ event }: { readonly event: LiveEvent }) {
  const { arrival, arrived } = event;
  const raw = typeof arrived === 'string' ? arrived : JSON.stringify(arrived, null, 2);
  return (
    <section className="stage" aria-label="Arrived">
      <div className="stage-head">
        <h2>Arrived</h2>
        <CopyButton text={raw} label="Copy the event as JSON" />
      </div>
      <JsonView value={arrived} label="The event as it arrived" />
      <dl className="facts">
        <Fact name="Received" value={formatDateTime(event.received_at)} mono />
        {arrival.client_timestamp !== null && (
          <Fact name="Client clock" value={formatDateTime(arrival.client_timestamp)} mono />
        )}
        {arrival.clock !== null && (
          <Fact name="Placed at" value={formatDateTime(event.timestamp)} mono />
        )}
        <Fact
          name="Rule"
          value={clockRule(arrival.clock, {
            clientTimestamp: arrival.client_timestamp,
            timestamp: event.timestamp,
          })}
        />
        {arrival.sdk && <Fact name="SDK" value={`${arrival.sdk.name} ${arrival.sdk.version}`} />}
        {arrival.ip !== null && <Fact name="IP" value={arrival.ip} mono />}
        {arrival.user_agent !== null && <Fact name="User agent" value={arrival.user_agent} />}
      </dl>
    </section>
  );
}

const NOT_ENRICHED: Readonly<Record<LiveEvent['kind'], string>> = {
  stored: 'No step had anything to add.',
  duplicate: 'Enriched and stored at its first delivery; nothing is done twice.',
  rejected: 'Refused at the door, before any step.',
  dead: 'It did not get through the steps.',
};

function Enriched({ event }: { readonly event: LiveEvent }) {
  const total = event.steps.reduce((sum, { micros }) => sum + micros, 0);
  return (
    <section className="stage" aria-label="Enriched">
      <div className="stage-head">
        <h2>Enriched</h2>
        {event.steps.length > 0 && <span className="stage-note">{formatMicros(total)}</span>}
      </div>
      {event.steps.length === 0 ? (
        <p className="stage-text">{NOT_ENRICHED[event.kind]}</p>
      ) : (
        <ol className="steps">
          {event.steps.map((step) => (
            <Step key={step.step} step={step} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Step({ step }: { readonly step: StepReport }) {
  const added = Object.entries(step.added).filter(([, value]) => value !== '' && value !== null);
  return (
    <li className="step" data-failed={step.error === undefined ? undefined : true}>
      <div className="step-head">
        <span className="step-name">{step.step}</span>
        {step.error !== undefined && (
          <span className="badge" data-kind="rejected">
            Failed
          </span>
        )}
        <span className="stage-note">{formatMicros(step.micros)}</span>
      </div>
      {step.error !== undefined && <p className="step-error">{step.error}</p>}
      {added.length > 0 ? (
        <dl className="step-added">
          {added.map(([key, value]) => (
            <Added key={key} name={key} value={value} />
          ))}
        </dl>
      ) : (
        step.error === undefined && <p className="step-none">added nothing</p>
      )}
    </li>
  );
}

function Added({ name, value }: { readonly name: string; readonly value: JsonValue }) {
  const nested = typeof value === 'object' && value !== null;
  return (
    <div data-nested={nested || undefined}>
      <dt>{name}</dt>
      <dd>{typeof value === 'string' ? value : JSON.stringify(value, null, nested ? 2 : 0)}</dd>
    </div>
  );
}

function Outcome({ event }: { readonly event: LiveEvent }) {
  const latency = storedLatencyMs(event);
  const isFlagged = event.kind === 'stored' && event.reason !== null;
  return (
    <section className="stage" aria-label="Outcome">
      <div className="stage-head">
        <h2>Outcome</h2>
      </div>
      <div className="outcome" data-kind={event.kind} data-flagged={isFlagged || undefined}>
        <p className="outcome-title">
          <i
            className="dot"
            data-kind={event.kind}
            data-flagged={isFlagged || undefined}
            aria-hidden="true"
          />
          {KIND_LABELS[event.kind]}
          {latency !== null && ` in ${formatDuration(latency)}`}
          {event.reason && <code>{event.reason.code}</code>}
        </p>
        {event.kind === 'stored' && (
          <p>
            {event.stored_at === null
              ? 'Committed to the event store.'
              : `Committed to the event store at ${formatDateTime(event.stored_at)}, and counted from then on.`}
          </p>
        )}
        {event.kind === 'duplicate' && (
          <p>
            An event with this id is stored already. The sender was told it is safe; it counts once.
          </p>
        )}
        {event.reason && (
          <>
            <p>{event.reason.message}</p>
            <p className="outcome-advice">{adviceFor(event.reason.code)}</p>
          </>
        )}
        {event.event_id !== null && <p className="outcome-id">{event.event_id}</p>}
      </div>
    </section>
  );
}

function Fact({
  name,
  value,
  mono,
}: {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={mono ? 'mono' : undefined}>{value}</dd>
    </div>
  );
}
