import { useState } from 'react';
import type { SegmentDefinition } from '@px-platform/protocol/flags';
import { isObject } from '@px-platform/protocol/definitions';
import { NEW_DEED } from '../../flags/deeds.js';
import type { KnownEvents } from '../../flags/event-hint.js';
import type { MembersAnswer } from '../../flags/members-news.js';
import { segmentSentence } from '../../flags/sentence.js';
import { type EditorProps, useEditor } from '../../flags/use-editor.js';
import { ConditionEditor } from './condition-editor.js';
import { DeedsEditor } from './deeds-editor.js';
import { DescriptionInput } from './description-input.js';
import { EditorFrame } from './editor-frame.js';
import { Faults } from './faults.js';
import { MembersPanel } from './members-panel.js';
import { Segmented } from './segmented.js';
import { UsesPanel } from './uses-panel.js';

export interface SegmentEditorProps extends EditorProps<'segment'> {
  /** What people did of late. Null: not known. */
  readonly events: KnownEvents | null;
  /** Who was in it when it was counted last. */
  readonly members: MembersAnswer;
}

type Told = 'are' | 'did';
const TOLD: readonly (readonly [told: Told, name: string])[] = [
  ['did', 'By what they did'],
  ['are', 'By what they are'],
];

/** One segment: who belongs, by what they did or what they are; how many that is, and who uses it, beside. */
export function SegmentEditor(props: SegmentEditorProps) {
  const { stored, definitions, events, members } = props;
  const edited = useEditor('segment', props);
  const { draft: segment, setDraft: setSegment, faults, refused } = edited;
  const told: Told = segment.did ? 'did' : 'are';
  // What the other choice said comes back with it.
  const [other, setOther] = useState<Pick<SegmentDefinition, 'condition' | 'did'>>({});
  const choose = (next: Told) => {
    const { condition, did, ...rest } = segment;
    setOther({ ...(condition && { condition }), ...(did && { did }) });
    setSegment(
      next === 'did'
        ? { ...rest, did: other.did ?? [NEW_DEED] }
        : { ...rest, condition: other.condition ?? {} },
    );
  };
  const uses = (
    <UsesPanel
      named={{ kind: 'segment', key: segment.key }}
      definitions={definitions}
      none="Nobody yet. A rule of a flag names it below its conditions, at “In any of the segments”."
    />
  );
  return (
    <EditorFrame
      edited={edited}
      noun="segment"
      beside={{
        name: 'People',
        panel: (
          <>
            {segment.did ? (
              <MembersPanel stored={stored} isChanged={edited.isChanged} answer={members} />
            ) : (
              <section className="panel" aria-label="People">
                <h3>People</h3>
                <p className="field-hint">
                  Nobody counts them: who they are is known where a flag is decided, and tried
                  there.
                </p>
              </section>
            )}
            {uses}
          </>
        ),
      }}
      isLike={isSegmentLike}
      outcome={
        segment.did
          ? 'Its people are counted within a minute or so.'
          : 'Clients have it within a second.'
      }
    >
      <DescriptionInput definition={segment} onDefinition={setSegment} />
      <Faults faults={[...refused, ...faults.filter(({ path }) => !path.startsWith('did['))]} />
      <section className="card" aria-label="Who belongs">
        <h3>
          Who belongs <span className="card-note">{segmentSentence(segment)}</span>
        </h3>
        <Segmented label="Told" parts={TOLD} chosen={told} onChoose={choose} />
        {segment.did ? (
          <>
            <DeedsEditor
              did={segment.did}
              known={events}
              faults={faults}
              onDid={(did) => setSegment({ ...segment, did })}
            />
            <p className="field-hint">
              All of it must hold. Counted over all their devices, before and after sign-in; a day
              is 24 hours, and the hour under way comes on top.
            </p>
          </>
        ) : (
          <ConditionEditor
            condition={segment.condition ?? {}}
            onCondition={(condition) => setSegment({ ...segment, condition })}
          />
        )}
      </section>
    </EditorFrame>
  );
}

/** Enough of a segment to be drawn; what else is wrong with it is said. */
function isSegmentLike(value: unknown): value is SegmentDefinition {
  if (!isObject(value)) return false;
  const { condition, did } = value;
  return (
    (condition === undefined || isObject(condition)) &&
    (did === undefined || (Array.isArray(did) && did.length > 0 && did.every(isDeedLike)))
  );
}

function isDeedLike(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['event'] === 'string' &&
    typeof value['withinDays'] === 'number' &&
    [value['atLeast'], value['atMost']].every(
      (times) => times === undefined || typeof times === 'number',
    )
  );
}
