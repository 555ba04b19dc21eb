import type { EventStore, FlagScope } from '@px-platform/store';

/** What tells whether a project's segments may be others than when they were computed. */
export interface ProjectChanges {
  /** When something was stored, or taken away, last, epoch milliseconds; 0: nothing ever was. */
  readonly touched: number;
  /** Stands for who turned out to be whom. */
  readonly links: string;
}

type Row = FlagScope & ProjectChanges;

/**
 * Of many projects in two small questions: marks of hours, of which a project has as many as it has hours, and one sum over
 * its links. A link is stored with no event that marks an hour.
 */
export async function readChanges(
  eventStore: Pick<EventStore, 'query'>,
  scopes: readonly FlagScope[],
): Promise<(scope: FlagScope) => ProjectChanges> {
  const rows = await eventStore.query<Row>({
    sql: `
      SELECT tenant_id, project_id, max(touched) AS touched, max(links) AS links FROM (
        SELECT tenant_id, project_id, max(touched_at) AS touched, '' AS links FROM hour_marks
        WHERE tenant_id IN {tenants:Array(String)} AND project_id IN {projects:Array(String)}
        GROUP BY tenant_id, project_id
        UNION ALL
        SELECT tenant_id, project_id, 0,
               toString(sum(cityHash64(from_person, to_person, linked_at, event_id)))
        FROM person_links
        WHERE tenant_id IN {tenants:Array(String)} AND project_id IN {projects:Array(String)}
        GROUP BY tenant_id, project_id)
      GROUP BY tenant_id, project_id`,
    params: {
      tenants: [...new Set(scopes.map(({ tenant_id }) => tenant_id))],
      projects: scopes.map(({ project_id }) => project_id),
    },
  });
  const byProject = new Map(rows.map((row) => [keyOf(row), row]));
  return (scope) => byProject.get(keyOf(scope)) ?? { touched: 0, links: '' };
}

const keyOf = ({ tenant_id, project_id }: FlagScope) => JSON.stringify([tenant_id, project_id]);
