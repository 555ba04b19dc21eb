import type { DefinitionKind } from '@px-platform/protocol/flags';
import {
  checkDefinition,
  checkRemoval,
  FLAG_LIMITS,
  type DefinitionFault,
  type DefinitionOf,
  type Definitions,
  type Surroundings,
} from '@px-platform/protocol/definitions';
import { epoch } from '../epoch.js';
import type { SqlClient, SqlQueries } from '../sql-client.js';
import {
  DEFAULT_ENVIRONMENT,
  type ChangeOutcome,
  type DefinitionChange,
  type DefinitionVersion,
  type FlagCatalog,
  type FlagScope,
  type StoredDefinition,
} from './port.js';
import { postgresPublications, publish } from './postgres-publications.js';

/** Makes the project's row if need be, and locks it until the transaction ends. No row: the tenant has no such project. */
const LOCK = `
  INSERT INTO flag_sets (project_id)
  SELECT id FROM projects WHERE tenant_id = $1 AND id = $2
  ON CONFLICT (project_id) DO UPDATE SET created_at = flag_sets.created_at
  RETURNING project_id`;

const VERSION = `v.version, v.definition, v.changed_by, v.comment, ${epoch('changed_at', 'v')}`;
const STORED = `d.kind, d.key, ${epoch('archived_at', 'd')}, ${VERSION}`;
const FROM = `
  FROM flag_definitions d
  JOIN flag_definition_versions v
    ON (v.project_id, v.kind, v.key, v.version) = (d.project_id, d.kind, d.key, d.version)
  JOIN projects p ON p.id = d.project_id
 WHERE p.tenant_id = $1 AND p.id = $2`;

/** Flags in Postgres. The client stays the caller's to close. */
export function postgresFlagCatalog(sql: SqlClient): FlagCatalog {
  /** Runs a change under the project's lock, and publishes what it comes to; a refusal changes nothing. */
  const change = (
    scope: FlagScope,
    work: (transaction: SqlQueries, before: Surroundings) => Promise<Changed>,
  ): Promise<ChangeOutcome> =>
    sql
      .transaction<ChangeOutcome>(async (transaction) => {
        if (!(await lock(transaction, scope))) return { outcome: 'no_project' } as const;
        const environments = await readEnvironments(transaction, scope);
        const before = { ...(await readDefinitions(transaction, scope)), environments };
        const done = await work(transaction, before);
        if (!('definitions' in done)) return done;
        const { version, definitions } = done;
        const { published, faults } = await publish(transaction, scope, {
          definitions,
          environments,
        });
        if (faults.length > 0) throw new Refused({ outcome: 'invalid', faults });
        return { outcome: 'stored', version, published };
      })
      .catch((error: unknown) => {
        if (error instanceof Refused) return error.outcome;
        throw error;
      });

  return {
    ...postgresPublications(sql),
    list: <Kind extends DefinitionKind>({ tenant_id, project_id }: FlagScope, kind: Kind) =>
      sql.query<StoredDefinition<Kind>>(
        `SELECT ${STORED} ${FROM} AND d.kind = $3 ORDER BY d.key COLLATE "C"`,
        [tenant_id, project_id, kind],
      ),
    async find<Kind extends DefinitionKind>(
      { tenant_id, project_id }: FlagScope,
      kind: Kind,
      key: string,
    ) {
      const [found] = await sql.query<StoredDefinition<Kind>>(
        `SELECT ${STORED} ${FROM} AND d.kind = $3 AND d.key = $4`,
        [tenant_id, project_id, kind, key],
      );
      return found ?? null;
    },
    versions: <Kind extends DefinitionKind>(
      { tenant_id, project_id }: FlagScope,
      kind: Kind,
      key: string,
    ) =>
      sql.query<DefinitionVersion<Kind>>(
        `SELECT ${VERSION} FROM flag_definition_versions v JOIN projects p ON p.id = v.project_id
          WHERE p.tenant_id = $1 AND p.id = $2 AND v.kind = $3 AND v.key = $4
          ORDER BY v.version DESC`,
        [tenant_id, project_id, kind, key],
      ),
    definitions: (scope) => readDefinitions(sql, scope),
    put: (scope, put) =>
      change(scope, async (transaction, before) => {
        const current = await readState(transaction, scope, put);
        const now = current?.version ?? 0;
        if (now !== put.basedOn) return { outcome: 'stale', version: now };
        if (current?.archived)
          return invalid('is archived. Restore it first, or choose another key');
        if (!current && (await count(transaction, scope, put.kind)) >= FLAG_LIMITS.definitions)
          return { outcome: 'full' };
        const faults = check(put, before);
        if (faults.length > 0) return { outcome: 'invalid', faults };
        const version = await write(transaction, scope, put);
        return { version, definitions: withOne(before, put, put.definition) };
      }),
    archive: (scope, named) =>
      change(scope, async (transaction, before) => {
        const current = await readState(transaction, scope, named);
        if (!current) return { outcome: 'missing' };
        const faults = checkRemoval(named, before);
        if (faults.length > 0) return { outcome: 'invalid', faults };
        await transaction.query(
          `UPDATE flag_definitions SET archived_at = now(), archived_by = $4
            WHERE project_id = $1 AND kind = $2 AND key = $3 AND archived_at IS NULL`,
          [scope.project_id, named.kind, named.key, named.by],
        );
        return { version: current.version, definitions: withOne(before, named, null) };
      }),
    restore: (scope, named) =>
      change(scope, async (transaction, before) => {
        const current = await readState(transaction, scope, named);
        if (!current) return { outcome: 'missing' };
        const faults = check({ ...named, ...current }, before);
        if (faults.length > 0) return { outcome: 'invalid', faults };
        await transaction.query(
          `UPDATE flag_definitions SET archived_at = NULL, archived_by = NULL
            WHERE project_id = $1 AND kind = $2 AND key = $3`,
          [scope.project_id, named.kind, named.key],
        );
        return {
          version: current.version,
          definitions: withOne(before, named, current.definition),
        };
      }),
    async environments(scope) {
      const names = await readEnvironments(sql, scope);
      const scopes = names.map((environment) => ({ ...scope, environment }));
      const revisions = await postgresPublications(sql).revisions(scopes);
      return names.map((name, index) => ({ name, revision: revisions[index] ?? 0 }));
    },
    addEnvironment: (scope, name) =>
      sql.transaction(async (transaction) => {
        if (!(await lock(transaction, scope))) return 'no_project';
        const names = await readEnvironments(transaction, scope);
        if (names.includes(name)) return 'there_already';
        if (names.length >= FLAG_LIMITS.environments) return 'full';
        await transaction.query(
          'INSERT INTO flag_environments (project_id, name) VALUES ($1, $2)',
          [scope.project_id, name],
        );
        // Every flag is off there: clients know its value from the beginning.
        const definitions = await readDefinitions(transaction, scope);
        await publish(transaction, scope, { definitions, environments: [name] });
        return 'added';
      }),
  };
}

/** What a change came to, or all that counts once it is written. */
type Changed =
  | Exclude<ChangeOutcome, { readonly outcome: 'stored' }>
  | { readonly version: number; readonly definitions: Definitions };

const LISTS = {
  flag: 'flags',
  experiment: 'experiments',
  segment: 'segments',
  group: 'groups',
} as const satisfies Record<DefinitionKind, keyof Definitions>;

/** All with this one, which was checked, in the place of its key; null: without it. */
function withOne(
  definitions: Definitions,
  { kind, key }: Pick<DefinitionChange, 'kind' | 'key'>,
  definition: unknown,
): Definitions {
  const list = LISTS[kind];
  const others = definitions[list].filter((each) => each.key !== key);
  return { ...definitions, [list]: definition === null ? others : [...others, definition] };
}

/** Rolls the transaction back: what it would publish cannot be. */
class Refused extends Error {
  constructor(readonly outcome: ChangeOutcome) {
    super('refused');
    this.name = 'Refused';
  }
}

async function lock(sql: SqlQueries, { tenant_id, project_id }: FlagScope): Promise<boolean> {
  return (await sql.query(LOCK, [tenant_id, project_id])).length > 0;
}

async function readDefinitions(
  sql: SqlQueries,
  { tenant_id, project_id }: FlagScope,
): Promise<Definitions> {
  const rows = await sql.query<StoredDefinition>(
    `SELECT ${STORED} ${FROM} AND d.archived_at IS NULL ORDER BY d.key COLLATE "C"`,
    [tenant_id, project_id],
  );
  const of = <Kind extends DefinitionKind>(kind: Kind) =>
    rows.filter((row): row is StoredDefinition<Kind> => row.kind === kind);
  const definitionsOf = <Kind extends DefinitionKind>(kind: Kind): DefinitionOf[Kind][] =>
    of(kind).map(({ definition }) => definition);
  return {
    flags: definitionsOf('flag'),
    experiments: definitionsOf('experiment'),
    segments: definitionsOf('segment'),
    groups: definitionsOf('group'),
  };
}

async function readEnvironments(
  sql: SqlQueries,
  { tenant_id, project_id }: FlagScope,
): Promise<readonly string[]> {
  const rows = await sql.query<{ name: string }>(
    `SELECT e.name FROM flag_environments e JOIN projects p ON p.id = e.project_id
      WHERE p.tenant_id = $1 AND p.id = $2 ORDER BY e.name COLLATE "C"`,
    [tenant_id, project_id],
  );
  return [DEFAULT_ENVIRONMENT, ...rows.map(({ name }) => name)];
}

interface State {
  readonly version: number;
  readonly definition: unknown;
  readonly archived: boolean;
}

async function readState(
  sql: SqlQueries,
  { tenant_id, project_id }: FlagScope,
  { kind, key }: Pick<DefinitionChange, 'kind' | 'key'>,
): Promise<State | null> {
  const [row] = await sql.query<State>(
    `SELECT v.version, v.definition, d.archived_at IS NOT NULL AS archived ${FROM}
        AND d.kind = $3 AND d.key = $4`,
    [tenant_id, project_id, kind, key],
  );
  return row ?? null;
}

function check(
  { kind, key, definition }: DefinitionChange & { readonly definition: unknown },
  surroundings: Surroundings,
): readonly DefinitionFault[] {
  const faults = checkDefinition({ kind, definition }, surroundings);
  if (faults.length > 0) return faults;
  const { key: own } = definition as { readonly key: string };
  return own === key
    ? []
    : [{ path: 'key', message: `is "${key}", as the address says; received "${own}"` }];
}

async function count(sql: SqlQueries, scope: FlagScope, kind: DefinitionKind): Promise<number> {
  const [row] = await sql.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM flag_definitions WHERE project_id = $1 AND kind = $2',
    [scope.project_id, kind],
  );
  return row?.n ?? 0;
}

/** A new version, or the last one where nothing is different. */
async function write(
  sql: SqlQueries,
  { project_id }: FlagScope,
  {
    kind,
    key,
    definition,
    by,
    comment,
    basedOn,
  }: DefinitionChange & {
    readonly definition: unknown;
    readonly comment?: string;
    readonly basedOn: number;
  },
): Promise<number> {
  const text = JSON.stringify(definition);
  const [last] = await sql.query<{ version: number; text: string }>(
    `SELECT version, definition::text AS text FROM flag_definition_versions
      WHERE project_id = $1 AND kind = $2 AND key = $3 AND version = $4`,
    [project_id, kind, key, basedOn],
  );
  if (last?.text === text) return last.version;
  const version = basedOn + 1;
  await sql.query(
    `INSERT INTO flag_definition_versions
       (project_id, kind, key, version, definition, changed_by, comment)
     VALUES ($1, $2, $3, $4, $5::json, $6, $7)`,
    [project_id, kind, key, version, text, by, comment ?? null],
  );
  await sql.query(
    `INSERT INTO flag_definitions (project_id, kind, key, version) VALUES ($1, $2, $3, $4)
     ON CONFLICT (project_id, kind, key) DO UPDATE SET version = $4`,
    [project_id, kind, key, version],
  );
  return version;
}

function invalid(message: string): Changed {
  return { outcome: 'invalid', faults: [{ path: '', message }] };
}
