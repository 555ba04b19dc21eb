import { useCallback, useMemo, useState } from 'react';
import type { DefinitionKind } from '@px-platform/protocol/flags';
import {
  checkDefinition,
  type DefinitionOf,
  type Definitions,
} from '@px-platform/protocol/definitions';
import type { Fault, SaveOptions, Stored, Version } from './definitions-api.js';
import { type Drafts, useDraft } from './use-draft.js';

/** What every editor of a definition is given. */
export interface EditorProps<Kind extends DefinitionKind> {
  /** Version 0: it is new, and not stored yet. */
  readonly stored: Stored<DefinitionOf[Kind]>;
  readonly definitions: Definitions;
  readonly environments: readonly string[];
  readonly drafts: Drafts;
  /** Where what is written here belongs. */
  readonly place: string;
  readonly save: (options: SaveOptions) => Promise<readonly Fault[]>;
  readonly archive: (isArchived: boolean) => Promise<readonly Fault[]>;
  readonly loadVersions: (key: string) => Promise<readonly Version<DefinitionOf[Kind]>[]>;
}

/** A definition that is being written: how it stands, what is wrong with it, and what can be done with it. */
export interface Edited<Kind extends DefinitionKind> {
  readonly kind: Kind;
  readonly stored: Stored<DefinitionOf[Kind]>;
  readonly draft: DefinitionOf[Kind];
  readonly setDraft: (draft: DefinitionOf[Kind]) => void;
  readonly isChanged: boolean;
  /** What keeps it from being published. */
  readonly faults: readonly Fault[];
  /** What the server refused last, such as to put away what is in use. */
  readonly refused: readonly Fault[];
  readonly setRefused: (faults: readonly Fault[]) => void;
  readonly save: (comment: string) => Promise<readonly Fault[]>;
  readonly archive: (isArchived: boolean) => Promise<void>;
  readonly load: () => Promise<readonly Version<DefinitionOf[Kind]>[]>;
}

/** The definition that an editor is given, as it is being written. */
export function useEditor<Kind extends DefinitionKind>(
  kind: Kind,
  props: EditorProps<Kind>,
): Edited<Kind> {
  const { stored, definitions, environments, drafts, place, loadVersions } = props;
  const { key } = stored.definition;
  const [draft, setDraft] = useDraft(stored, { drafts, place });
  const [refused, setRefused] = useState<readonly Fault[]>([]);
  const faults = useMemo(
    () => checkDefinition({ kind, definition: draft }, { ...definitions, environments }),
    [kind, draft, definitions, environments],
  );
  return {
    kind,
    stored,
    draft,
    setDraft,
    isChanged: stored.version === 0 || JSON.stringify(draft) !== JSON.stringify(stored.definition),
    faults,
    refused,
    setRefused,
    save: (comment) => props.save({ kind, definition: draft, basedOn: stored.version, comment }),
    archive: async (isArchived) => setRefused(await props.archive(isArchived)),
    load: useCallback(() => loadVersions(key), [loadVersions, key]),
  };
}
