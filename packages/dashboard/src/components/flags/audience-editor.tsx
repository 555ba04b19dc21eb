import type { Audience, SegmentDefinition } from '@px-platform/protocol/flags';
import { routeHash } from '../../route/route.js';
import { ConditionEditor } from './condition-editor.js';

/** With one segment alone the last says nothing that the first does not. */
const PICKERS = [
  { how: 'any', label: 'In any of the segments' },
  { how: 'none', label: 'In none of the segments' },
  { how: 'all', label: 'In every one of the segments' },
] as const;

/** Whom a rule is for, in words where there are words for it. */
export function AudienceEditor({
  audience,
  segments,
  onAudience,
}: {
  readonly audience: Audience;
  readonly segments: readonly SegmentDefinition[];
  readonly onAudience: (change: Partial<Audience>) => void;
}) {
  const named = Object.values(audience.segments ?? {}).flat();
  return (
    <div className="audience">
      <ConditionEditor
        condition={audience.condition ?? {}}
        everybody={named.length > 0 ? 'Whatever they are' : 'Everybody'}
        onCondition={(condition) => onAudience({ condition })}
      />
      {segments.length > 0 && (
        <div className="audience-segments">
          {PICKERS.filter(({ how }) => how !== 'all' || segments.length > 1).map(
            ({ how, label }) => (
              <SegmentPicker
                key={how}
                label={label}
                names={audience.segments?.[how] ?? []}
                segments={segments}
                onNames={(names) =>
                  onAudience({ segments: { ...audience.segments, [how]: names } })
                }
              />
            ),
          )}
        </div>
      )}
      <p className="field-hint">
        {segments.length > 0
          ? 'A segment is whom you name once, by what they are or did. '
          : 'Whom you mean more than once, or by what they did, such as bought twice in 30 days, is a segment. '}
        <a href={routeHash({ page: 'segments', key: null })}>
          {segments.length > 0 ? 'All segments, and new ones' : 'Write the first one'}
        </a>
      </p>
    </div>
  );
}

function SegmentPicker({
  label,
  names,
  segments,
  onNames,
}: {
  readonly label: string;
  readonly names: readonly string[];
  readonly segments: readonly SegmentDefinition[];
  readonly onNames: (names: readonly string[]) => void;
}) {
  return (
    <fieldset className="picker">
      <legend>{label}</legend>
      <div className="picker-names">
        {segments.map(({ key, description }) => (
          <button
            key={key}
            className="chip"
            type="button"
            title={description}
            aria-pressed={names.includes(key)}
            onClick={() =>
              onNames(names.includes(key) ? names.filter((name) => name !== key) : [...names, key])
            }
          >
            {key}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
