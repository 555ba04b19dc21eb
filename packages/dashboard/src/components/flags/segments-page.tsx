import { useEffect, useMemo, useState } from 'react';
import type { GroupDefinition, SegmentDefinition } from '@px-platform/protocol/flags';
import {
  DEFINITION_LISTS,
  type Definitions,
  KEY_PATTERN,
  usesOf,
} from '@px-platform/protocol/definitions';
import type { ApiClient } from '../../api/api-client.js';
import { newSegment } from '../../flags/deeds.js';
import {
  type Catalog,
  type Fault,
  living,
  type SaveOptions,
  shownOf,
  type Stored,
} from '../../flags/definitions-api.js';
import { isCounted, type MembersAnswer, membersNews } from '../../flags/members-news.js';
import { groupSentence, segmentSentence } from '../../flags/sentence.js';
import { useCatalog } from '../../flags/use-catalog.js';
import type { Drafts } from '../../flags/use-draft.js';
import { useKnownEvents } from '../../flags/use-known-events.js';
import { useMembers } from '../../flags/use-members.js';
import { plural } from '../../live/format.js';
import type { Route } from '../../route/route.js';
import { Notice } from '../notice.js';
import { PageHeader, type Place } from '../page-header.js';
import { DefinitionList, type ListedDefinition } from './definition-list.js';
import { GroupEditor } from './group-editor.js';
import { KnownAttributes, KnownNames } from './known-attributes.js';
import { SegmentEditor } from './segment-editor.js';

export interface SegmentsPageProps {
  readonly api: ApiClient;
  readonly place: Place;
  readonly kind: 'segment' | 'group';
  readonly chosen: string | null;
  readonly onRoute: (route: Route) => void;
  /** What was changed and not published yet. */
  readonly drafts: Drafts;
}

const PURPOSE = {
  segment: 'Whom you name once, by what they did or are: bought twice in 30 days, on the plan pro.',
  group: 'Values to be in or not: who works here, which countries.',
} as const;

/** How often the list's figures are asked for; those of the segment that is shown more often, and most while they are due. */
const LIST_EVERY_MS = 30_000;
const SHOWN_EVERY_MS = 10_000;
const DUE_EVERY_MS = 2_000;
const SAMPLE = 8;

/** The project's segments, and the groups, which people call lists: which there are, and one of them to change. */
export function SegmentsPage(props: SegmentsPageProps) {
  const { api, place } = props;
  const { project } = place;
  const [state, reload] = useCatalog(api, project.id);
  if (state.state === 'loading') return <Notice kind="loading" />;
  if (state.state === 'failed')
    return <Notice kind="failed" message={state.message} onRetry={() => void reload()} />;
  return <Segments {...props} catalog={state.catalog} reload={reload} />;
}

function Segments({
  api,
  place,
  kind,
  chosen,
  onRoute,
  drafts,
  catalog,
  reload,
}: SegmentsPageProps & { readonly catalog: Catalog; readonly reload: () => Promise<void> }) {
  const { project } = place;
  const definitions = useMemo(() => living(catalog), [catalog]);
  const [fresh, setFresh] = useState<Fresh>({ segment: null, group: null });
  const segment = shownOf(catalog.segment, fresh.segment, kind === 'segment' ? chosen : null);
  const group = shownOf(catalog.group, fresh.group, kind === 'group' ? chosen : null);
  const members = useAllMembers({ api, projectId: project.id, catalog, segment });
  const events = useKnownEvents(api, project.id);
  const versions = useMemo(
    () => ({
      segment: (key: string) => api.versions(project.id, { kind: 'segment', key }),
      group: (key: string) => api.versions(project.id, { kind: 'group', key }),
    }),
    [api, project.id],
  );
  useEffect(() => {
    document.title = `${chosen ?? 'Segments'} · ${project.name} · PX`;
  }, [chosen, project.name]);
  const then = async (faults: readonly Fault[]) => {
    if (faults.length === 0) await reload();
    return faults;
  };
  const begin = {
    segment: (key: string) => {
      setFresh({ ...fresh, segment: newSegment(key) });
      onRoute({ page: 'segments', key });
    },
    group: (key: string) => {
      setFresh({ ...fresh, group: { key, values: [] } });
      onRoute({ page: 'groups', key });
    },
  };
  const common = (key: string) => ({
    definitions,
    environments: catalog.environments,
    drafts,
    place: `${project.id} ${kind} ${key}`,
    save: async (options: SaveOptions) => then(await api.putDefinition(project.id, options)),
    archive: async (isArchived: boolean) =>
      then(await api.archive(project.id, { kind, key, isArchived })),
  });
  return (
    <div className="workbench" data-chosen={segment !== null || group !== null || undefined}>
      <PageHeader {...place} page="segments" title="Segments" />
      <KnownAttributes />
      <KnownNames id="known-events" names={events?.rows.map(({ value }) => value) ?? []} />
      <DefinitionList
        chosen={{ page: DEFINITION_LISTS[kind], key: chosen }}
        sections={[
          {
            page: 'segments',
            noun: 'segment',
            heading: 'Segments',
            purpose: PURPOSE.segment,
            onNew: begin.segment,
            entries: catalog.segment.map((stored) => ({
              ...listed(
                { kind: 'segment', sentence: segmentSentence(stored.definition) },
                stored,
                definitions,
              ),
              ...countOf(stored, members.get(stored.definition.key)),
            })),
          },
          {
            page: 'groups',
            noun: 'list',
            heading: (
              <>
                Lists <span className="card-note">groups, in the API</span>
              </>
            ),
            purpose: PURPOSE.group,
            onNew: begin.group,
            entries: catalog.group.map((stored) =>
              listed(
                { kind: 'group', sentence: groupSentence(stored.definition) },
                stored,
                definitions,
              ),
            ),
          },
        ]}
      />
      <main className="workbench-main">
        {segment ? (
          <SegmentEditor
            key={segment.definition.key}
            stored={segment}
            events={events}
            members={members.get(segment.definition.key)}
            loadVersions={versions.segment}
            {...common(segment.definition.key)}
          />
        ) : group ? (
          <GroupEditor
            key={group.definition.key}
            stored={group}
            loadVersions={versions.group}
            {...common(group.definition.key)}
          />
        ) : (
          <Nothing kind={kind} chosen={chosen} onBegin={begin[kind]} />
        )}
      </main>
    </div>
  );
}

/** What is begun and not published yet. */
interface Fresh {
  readonly segment: SegmentDefinition | null;
  readonly group: GroupDefinition | null;
}

/** How many are in each segment that is counted; of the one that is shown also who, and sooner. */
function useAllMembers({
  api,
  projectId,
  catalog,
  segment,
}: {
  readonly api: ApiClient;
  readonly projectId: string;
  readonly catalog: Catalog;
  readonly segment: Stored<SegmentDefinition> | null;
}): ReadonlyMap<string, MembersAnswer> {
  const all = useMembers(api, {
    projectId,
    keys: catalog.segment.filter(isCounted).map(({ definition }) => definition.key),
    sample: 0,
    everyMs: LIST_EVERY_MS,
  });
  const [isDue, setDue] = useState(false);
  const key = segment && segment.version > 0 && isCounted(segment) ? segment.definition.key : null;
  const shown = useMembers(api, {
    projectId,
    keys: key === null ? [] : [key],
    sample: SAMPLE,
    everyMs: isDue ? DUE_EVERY_MS : SHOWN_EVERY_MS,
  });
  const answer = key === null ? undefined : shown.get(key);
  const isWaiting =
    segment !== null && answer !== undefined && membersNews(segment, answer).isWaiting;
  useEffect(() => setDue(isWaiting), [isWaiting]);
  return useMemo(
    () => (key === null || answer === undefined ? all : new Map(all).set(key, answer)),
    [all, key, answer],
  );
}

function listed(
  { kind, sentence }: { readonly kind: 'segment' | 'group'; readonly sentence: string },
  { definition, archived_at }: Stored<SegmentDefinition | GroupDefinition>,
  definitions: Definitions,
): ListedDefinition {
  const { key, description = '' } = definition;
  const entry = { key, sentence, words: `${description} ${sentence}` };
  if (archived_at !== null) return { ...entry, state: 'archived' };
  return usesOf({ kind, key }, definitions).length > 0
    ? { ...entry, state: 'on', stateWord: 'used' }
    : { ...entry, state: 'off', stateWord: 'not used' };
}

function countOf(
  stored: Stored<SegmentDefinition>,
  answer: MembersAnswer,
): Partial<ListedDefinition> {
  const { people } = membersNews(stored, answer);
  const hasProblem = typeof answer === 'object' && answer.problem !== null;
  return {
    ...(people !== null && {
      figure: plural(people, 'person', 'people'),
    }),
    ...(hasProblem && { state: 'problem', stateWord: 'not counted as it should be' }),
  };
}

function Nothing({
  kind,
  chosen,
  onBegin,
}: {
  readonly kind: 'segment' | 'group';
  readonly chosen: string | null;
  readonly onBegin: (key: string) => void;
}) {
  const noun = kind === 'segment' ? 'segment' : 'list';
  return (
    <div className="workbench-empty">
      <h2>{chosen === null ? 'Segments' : `There is no ${noun} ${chosen}`}</h2>
      {chosen !== null && KEY_PATTERN.test(chosen) && (
        <button className="button" type="button" onClick={() => onBegin(chosen)}>
          Begin it
        </button>
      )}
      <p>
        A segment is people whom you name once: by what they did, such as bought twice in 30 days,
        or by what they are, such as on the plan pro. A list, which the API calls a group, has
        values: who works here, which countries. Rules of flags name both.
      </p>
      <pre className="code">regulars: checkout_completed at least 2 times in 30 days</pre>
    </div>
  );
}
