import type { DefinitionKind } from '@px-platform/protocol/flags';
import type { DefinitionFault, DefinitionOf, Definitions } from '@px-platform/protocol/definitions';
import type { Disposer } from '../disposer.js';

/** The environment that every project has. */
export const DEFAULT_ENVIRONMENT = 'production';

/** Whose flags they are. Another tenant's project has none, whatever its id. */
export interface FlagScope {
  readonly tenant_id: string;
  readonly project_id: string;
}

/** What a client's key is for. */
export interface EnvironmentScope extends FlagScope {
  readonly environment: string;
}

/** One version of a definition, as it was once and for ever. */
export interface DefinitionVersion<Kind extends DefinitionKind = DefinitionKind> {
  readonly version: number;
  readonly definition: DefinitionOf[Kind];
  readonly changed_by: string;
  readonly comment: string | null;
  /** Epoch milliseconds. */
  readonly changed_at: number;
}

/** A definition as it counts now. */
export interface StoredDefinition<
  Kind extends DefinitionKind = DefinitionKind,
> extends DefinitionVersion<Kind> {
  readonly kind: Kind;
  readonly key: string;
  /** Epoch milliseconds; null: it counts. */
  readonly archived_at: number | null;
}

/** Which one, and who changes it. */
export interface DefinitionChange {
  readonly kind: DefinitionKind;
  readonly key: string;
  /** Who it is, for whoever reads the trail later. */
  readonly by: string;
}

export interface PutDefinition extends DefinitionChange {
  /** As it was received: it is checked against all others at the moment of the change. */
  readonly definition: unknown;
  readonly comment?: string;
  /** The version this was made from; 0 where there was none. */
  readonly basedOn: number;
}

/** What was published because of a change: the environments whose document is another now. */
export type Revisions = Readonly<Record<string, number>>;

/**
 * `stale`: somebody else changed it since; `version` is what there is now. `invalid`: why it cannot count beside all
 * others. `full`: the project has no room.
 */
export type ChangeOutcome =
  | { readonly outcome: 'stored'; readonly version: number; readonly published: Revisions }
  | { readonly outcome: 'stale'; readonly version: number }
  | { readonly outcome: 'invalid'; readonly faults: readonly DefinitionFault[] }
  | { readonly outcome: 'missing' | 'full' | 'no_project' };

export interface EnvironmentState {
  readonly name: string;
  /** Of what is published there; 0: nothing. */
  readonly revision: number;
}

/** What clients of an environment evaluate. */
export interface Publication {
  readonly revision: number;
  /** A FlagDocument as JSON, to the letter as it was made. */
  readonly document: string;
}

/** Told to whoever listens once a change is there to be read. */
export interface PublicationNotice {
  readonly project_id: string;
  readonly environment: string;
  readonly revision: number;
}

export interface PublicationListener {
  readonly onPublication: (notice: PublicationNotice) => void;
  /** Whether notices come now. After a gap, what was published meanwhile was not told: look again. */
  readonly onState: (isListening: boolean) => void;
}

/** What is published: all that a collector needs. */
export interface FlagPublications {
  /** Null: nothing was ever published there. */
  publication(scope: EnvironmentScope): Promise<Publication | null>;
  /** The revisions of many, in their order: cheap enough to ask every few seconds. 0: nothing was published. */
  revisions(scopes: readonly EnvironmentScope[]): Promise<readonly number[]>;
  /** Never fails because the store is away: it listens once it can. */
  listen(listener: PublicationListener): Promise<Disposer>;
}

/**
 * Flags, experiments, segments and groups of projects. A change is checked beside all others, and published in every
 * environment that it changes, or nothing of it happens.
 */
export interface FlagCatalog extends FlagPublications {
  /** By key, archived ones included. */
  list<Kind extends DefinitionKind>(
    scope: FlagScope,
    kind: Kind,
  ): Promise<readonly StoredDefinition<Kind>[]>;
  find<Kind extends DefinitionKind>(
    scope: FlagScope,
    kind: Kind,
    key: string,
  ): Promise<StoredDefinition<Kind> | null>;
  /** The newest first. */
  versions<Kind extends DefinitionKind>(
    scope: FlagScope,
    kind: Kind,
    key: string,
  ): Promise<readonly DefinitionVersion<Kind>[]>;
  /** All that counts, as of one moment. */
  definitions(scope: FlagScope): Promise<Definitions>;
  /** A new version, unless it is as the last one. One that is archived must be restored first. */
  put(scope: FlagScope, put: PutDefinition): Promise<ChangeOutcome>;
  /** `invalid` while others use it. */
  archive(scope: FlagScope, change: DefinitionChange): Promise<ChangeOutcome>;
  /** `invalid` where it no longer fits beside the others. */
  restore(scope: FlagScope, change: DefinitionChange): Promise<ChangeOutcome>;
  /** Production first, then by name. */
  environments(scope: FlagScope): Promise<readonly EnvironmentState[]>;
  addEnvironment(
    scope: FlagScope,
    name: string,
  ): Promise<'added' | 'there_already' | 'full' | 'no_project'>;
}
