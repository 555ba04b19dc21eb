import type { DefinitionKind } from '@px-platform/protocol/flags';
import type { DefinitionOf, Definitions } from '@px-platform/protocol/definitions';

/** One version of a definition, as it was. */
export interface Version<D> {
  readonly version: number;
  readonly definition: D;
  readonly changed_by: string;
  /** ISO 8601. */
  readonly changed_at: string;
  readonly comment: string | null;
}

/** A definition as it counts now. */
export interface Stored<D> extends Version<D> {
  /** ISO 8601; null: it counts. */
  readonly archived_at: string | null;
}

/** All that a project has defined, archived things included. */
export type Catalog = {
  readonly [kind in DefinitionKind]: readonly Stored<DefinitionOf[kind]>[];
} & {
  /** Production first. */
  readonly environments: readonly string[];
};

/** What keeps a definition from being stored, by where in it. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

export interface SaveOptions<Kind extends DefinitionKind = DefinitionKind> {
  readonly kind: Kind;
  readonly definition: DefinitionOf[Kind];
  /** The version it was made from; 0 for one that is new. */
  readonly basedOn: number;
  /** Why, for the history. Empty: nothing is said. */
  readonly comment: string;
}

/** Who is in a segment that says what people did. */
export interface Members {
  /** ISO 8601: what had come by then is counted. Null: nobody has counted yet. */
  readonly computed_at: string | null;
  /** People. */
  readonly members: number;
  /** Why it is not what it should be. */
  readonly problem: string | null;
  /** Canonical ids of some of them. */
  readonly sample: readonly string[];
}

/** What of it counts: all that flags may name. */
export function living(catalog: Catalog): Definitions {
  const of = <D>(stored: readonly Stored<D>[]) =>
    stored.filter(({ archived_at }) => archived_at === null).map(({ definition }) => definition);
  return {
    flags: of(catalog.flag),
    experiments: of(catalog.experiment),
    segments: of(catalog.segment),
    groups: of(catalog.group),
  };
}

/** The one of this key: as it is stored, or as it was begun and not stored yet. */
export function shownOf<D extends { readonly key: string }>(
  list: readonly Stored<D>[],
  fresh: D | null,
  key: string | null,
): Stored<D> | null {
  const stored = list.find(({ definition }) => definition.key === key);
  return stored ?? (fresh !== null && fresh.key === key ? unstored(fresh) : null);
}

/** One that nobody has stored yet. */
export function unstored<D>(definition: D): Stored<D> {
  return {
    definition,
    version: 0,
    changed_by: '',
    changed_at: '',
    comment: null,
    archived_at: null,
  };
}
