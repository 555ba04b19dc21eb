import type { GroupDefinition } from '@px-platform/protocol/flags';
import { isObject } from '@px-platform/protocol/definitions';
import { type EditorProps, useEditor } from '../../flags/use-editor.js';
import { DescriptionInput } from './description-input.js';
import { EditorFrame } from './editor-frame.js';
import { Faults } from './faults.js';
import { UsesPanel } from './uses-panel.js';
import { ValuesEditor } from './values-editor.js';

/** One group, which people call a list: its values, and who uses it, beside. */
export function GroupEditor(props: EditorProps<'group'>) {
  const { stored, definitions } = props;
  const edited = useEditor('group', props);
  const { draft: group, setDraft: setGroup, faults, refused } = edited;
  return (
    <EditorFrame
      edited={edited}
      noun="list"
      tags={<span className="tag">group</span>}
      beside={{
        name: 'Used by',
        panel: (
          <UsesPanel
            named={{ kind: 'group', key: group.key }}
            definitions={definitions}
            none="Nobody yet. A condition of a rule or a segment names it: an attribute “is in the list” of this key."
          />
        ),
      }}
      isLike={isGroupLike}
    >
      <DescriptionInput definition={group} onDefinition={setGroup} />
      <Faults faults={[...refused, ...faults]} />
      <section className="card" aria-label="Values">
        <h3>
          Values <span className="card-note">ids, domains, countries; one a line</span>
        </h3>
        <ValuesEditor
          values={group.values}
          stored={stored.definition.values}
          onValues={(values) => setGroup({ ...group, values })}
        />
      </section>
    </EditorFrame>
  );
}

/** Enough of a group to be drawn; what else is wrong with it is said. */
function isGroupLike(value: unknown): value is GroupDefinition {
  return (
    isObject(value) &&
    Array.isArray(value['values']) &&
    value['values'].every((each) => typeof each === 'string' || typeof each === 'number')
  );
}
