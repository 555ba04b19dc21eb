import { epoch } from '../epoch.js';
import type { SqlClient } from '../sql-client.js';
import { gather } from '../gather.js';
import type { Group, GroupUpdate } from './port.js';
import { storable, storableJson } from './storable.js';
import { mergeTraits, traitValues, type StoredTraits } from './traits.js';

interface GroupName {
  readonly project_id: string;
  readonly group_type: string;
  readonly group_key: string;
}

/** Groups as six columns; rows are made, and so locked, in one order: two batches cannot deadlock. */
const SEE = `
  INSERT INTO groups (project_id, group_type, group_key, tenant_id, first_seen, last_seen)
  SELECT project_id, group_type, group_key, tenant_id, to_timestamp(first / 1000), to_timestamp(last / 1000)
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[])
      AS g (project_id, group_type, group_key, tenant_id, first, last)
   ORDER BY project_id, group_type, group_key
  ON CONFLICT (project_id, group_type, group_key) DO UPDATE
    SET first_seen = least(groups.first_seen, excluded.first_seen),
        last_seen = greatest(groups.last_seen, excluded.last_seen)
  RETURNING project_id, group_type, group_key, traits`;

const WRITE = `
  UPDATE groups g SET traits = w.traits::jsonb
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
      AS w (project_id, group_type, group_key, traits)
   WHERE g.project_id = w.project_id AND g.group_type = w.group_type AND g.group_key = w.group_key`;

/** Makes the groups that are not there, and merges what is said of each into what is known. */
export async function applyGroupTraits(
  sql: SqlClient,
  updates: readonly GroupUpdate[],
): Promise<void> {
  if (updates.length === 0) return;
  const byGroup = gather(updates.map(named), keyOf);
  const told = [...byGroup.values()].flatMap((each) => (each[0] ? [{ first: each[0], each }] : []));
  await sql.transaction(async (transaction) => {
    // Who comes second waits here for the first, and then reads what that one wrote.
    const held = await transaction.query<GroupName & { readonly traits: StoredTraits }>(SEE, [
      ...namesOf(told.map(({ first }) => first)),
      told.map(({ first }) => first.tenant_id),
      told.map(({ each }) => Math.min(...each.map(({ timestamp }) => timestamp))),
      told.map(({ each }) => Math.max(...each.map(({ timestamp }) => timestamp))),
    ]);
    const merged = held.map((row) =>
      (byGroup.get(keyOf(row)) ?? []).reduce<StoredTraits>(mergeTraits, row.traits),
    );
    await transaction.query(WRITE, [
      ...namesOf(held),
      merged.map((traits) => storableJson(traits)),
    ]);
  });
}

/** What is known of a group. */
export async function findGroup(
  sql: Pick<SqlClient, 'query'>,
  {
    projectId,
    type,
    key,
  }: { readonly projectId: string; readonly type: string; readonly key: string },
): Promise<Group | null> {
  const [row] = await sql.query<Omit<Group, 'traits'> & { readonly traits: StoredTraits }>(
    `SELECT group_type, group_key, traits,
            ${epoch('first_seen')},
            ${epoch('last_seen')}
       FROM groups WHERE project_id = $1 AND group_type = $2 AND group_key = $3`,
    [projectId, storable(type), storable(key)],
  );
  return row === undefined ? null : { ...row, traits: traitValues(row.traits) };
}

/** By the names that are stored: two that differ in what Postgres cannot hold are one group. */
function named(update: GroupUpdate): GroupUpdate {
  return {
    ...update,
    group_type: storable(update.group_type),
    group_key: storable(update.group_key),
  };
}

function namesOf(groups: readonly GroupName[]): [string[], string[], string[]] {
  return [
    groups.map(({ project_id }) => project_id),
    groups.map(({ group_type }) => group_type),
    groups.map(({ group_key }) => group_key),
  ];
}

function keyOf({ project_id, group_type, group_key }: GroupName): string {
  return JSON.stringify([project_id, group_type, group_key]);
}
