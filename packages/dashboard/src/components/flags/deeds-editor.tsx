import type { DidDefinition } from '@px-platform/protocol/flags';
import { timesOf } from '@px-platform/protocol/definitions';
import {
  DEED_HOWS,
  type DeedHow,
  howOf,
  isOfAnybody,
  longestOf,
  NEW_DEED,
  withHow,
} from '../../flags/deeds.js';
import type { Fault } from '../../flags/definitions-api.js';
import { faultsWithin, withPart } from '../../flags/draft.js';
import { eventHint, type KnownEvents } from '../../flags/event-hint.js';
import { plural } from '../../live/format.js';
import { CountInput } from './count-input.js';
import { Faults } from './faults.js';
import { RemoveButton } from './remove-button.js';

/** What people did, how often, within how many days: all of it must hold. */
export function DeedsEditor({
  did,
  known,
  faults,
  onDid,
}: {
  readonly did: readonly DidDefinition[];
  readonly known: KnownEvents | null;
  /** With their paths from the segment. */
  readonly faults: readonly Fault[];
  readonly onDid: (did: readonly DidDefinition[]) => void;
}) {
  return (
    <div className="audience">
      {did.map((deed, index) => (
        // Deeds have no name of their own: they are what they are by their place.
        <Deed
          key={index}
          deed={deed}
          number={index + 1}
          isOnly={did.length === 1}
          known={known}
          faults={faultsWithin(faults, `did[${index}]`)}
          onDeed={(next) => onDid(withPart(did, index, next))}
        />
      ))}
      <button
        className="button button-plain audience-add"
        type="button"
        onClick={() => onDid([...did, NEW_DEED])}
      >
        And
      </button>
      {isOfAnybody(did) && (
        <p className="field-hint">
          Who never did it belongs, too, of those who did anything within{' '}
          {plural(longestOf(did), 'day')}: nobody else is known to be there.
        </p>
      )}
    </div>
  );
}

function Deed({
  deed,
  number,
  isOnly,
  known,
  faults,
  onDeed,
}: {
  readonly deed: DidDefinition;
  readonly number: number;
  readonly isOnly: boolean;
  readonly known: KnownEvents | null;
  readonly faults: readonly Fault[];
  readonly onDeed: (deed: DidDefinition | null) => void;
}) {
  const how = howOf(deed);
  const { atLeast, atMost } = timesOf(deed);
  const hint = eventHint(deed.event, known);
  return (
    <div className="deed" role="group" aria-label={`What they did ${number}`}>
      <input
        className="input deed-event"
        type="text"
        autoComplete="off"
        spellCheck={false}
        aria-label="Event"
        placeholder="Which event?"
        list="known-events"
        value={deed.event}
        onChange={({ target }) => onDeed({ ...deed, event: target.value.trim() })}
      />
      <div className="deed-times">
        <select
          className="input"
          aria-label="How often"
          value={how}
          onChange={({ target }) => onDeed(withHow(deed, target.value as DeedHow))}
        >
          {DEED_HOWS.map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
        {(how === 'least' || how === 'between') && (
          <CountInput
            label="Times at least"
            count={atLeast}
            least={how === 'least' ? 0 : 1}
            onCount={(count) => onDeed({ ...deed, atLeast: count })}
          />
        )}
        {how === 'between' && <span>and</span>}
        {(how === 'most' || how === 'between') && (
          <CountInput
            label="Times at most"
            count={atMost}
            least={1}
            onCount={(count) => onDeed({ ...deed, atMost: count })}
          />
        )}
        <span className="deed-within">
          {how === 'never' ? 'in' : how === 'least' && atLeast === 1 ? 'time in' : 'times in'}
          <CountInput
            label="Days"
            count={deed.withinDays}
            least={1}
            most={365}
            onCount={(count) => onDeed({ ...deed, withinDays: count })}
          />
          {deed.withinDays === 1 ? 'day' : 'days'}
        </span>
      </div>
      <RemoveButton
        label={`Remove what they did ${number}`}
        disabled={isOnly}
        onRemove={() => onDeed(null)}
      />
      {hint !== null && <p className="field-hint deed-hint">{hint}</p>}
      {faults.length > 0 && (
        <div className="deed-hint">
          <Faults faults={faults} />
        </div>
      )}
    </div>
  );
}
