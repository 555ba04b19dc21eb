import { useCallback, useEffect, useState } from 'react';
import { type ApiClient, isSignedOut, type Project, type Session } from './api/api-client.js';
import { ExperimentsPage } from './components/flags/experiments-page.js';
import { FlagsPage } from './components/flags/flags-page.js';
import { SegmentsPage } from './components/flags/segments-page.js';
import { LivePage } from './components/live-page.js';
import { Notice } from './components/notice.js';
import type { UseLiveOptions } from './live/use-live.js';
import { type Drafts, useLeaveGuard } from './flags/use-draft.js';
import { useRoute } from './route/use-route.js';

export interface AppProps {
  readonly api: ApiClient;
  readonly openStream: UseLiveOptions['openStream'];
}

type Door =
  | { readonly state: 'loading' }
  | { readonly state: 'signed-out' }
  | { readonly state: 'failed'; readonly message: string }
  | {
      readonly state: 'open';
      readonly projects: readonly Project[];
      readonly session: Session | null;
    };

/** The page's door: who may come in, and to which project. */
export function App({ api, openStream }: AppProps) {
  const [door, setDoor] = useState<Door>({ state: 'loading' });
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [stream] = useState(() => openStream);
  const [route, setRoute] = useRoute();
  const [drafts] = useState<Drafts>(() => new Map());
  useLeaveGuard(drafts);

  const knock = useCallback(async () => {
    try {
      const [projects, session] = await Promise.all([api.projects(), api.session()]);
      setDoor({ state: 'open', projects, session });
    } catch (error) {
      setDoor(
        isSignedOut(error)
          ? { state: 'signed-out' }
          : { state: 'failed', message: error instanceof Error ? error.message : String(error) },
      );
    }
  }, [api]);

  useEffect(() => {
    void knock();
  }, [knock]);

  const isAllowed = useCallback(async () => {
    try {
      await api.projects();
      return true;
    } catch (error) {
      return !isSignedOut(error);
    }
  }, [api]);
  const onRefused = useCallback(() => setDoor({ state: 'signed-out' }), []);

  if (door.state === 'loading') return <Notice kind="loading" />;
  if (door.state === 'signed-out') return <Notice kind="signed-out" onRetry={knock} />;
  if (door.state === 'failed') {
    return <Notice kind="failed" message={door.message} onRetry={knock} />;
  }
  const project =
    door.projects.find(({ id }) => id === chosenId) ??
    door.projects.find(({ id }) => id === door.session?.project.id) ??
    door.projects[0];
  if (!project) return <Notice kind="no-project" onRetry={knock} />;
  const place = { project, projects: door.projects, onProject: setChosenId, page: route.page };
  const live = { openStream: stream, isAllowed, onRefused };
  if (route.page !== 'live') {
    const chosen = { api, place, chosen: route.key, onRoute: setRoute, drafts };
    switch (route.page) {
      case 'flags':
        return <FlagsPage key={project.id} {...chosen} />;
      case 'experiments':
        return <ExperimentsPage key={project.id} {...chosen} {...live} />;
      case 'segments':
      case 'groups':
        return (
          <SegmentsPage
            key={project.id}
            kind={route.page === 'segments' ? 'segment' : 'group'}
            {...chosen}
          />
        );
    }
  }
  return (
    <LivePage
      key={project.id}
      api={api}
      place={place}
      session={door.session?.project.id === project.id ? door.session : null}
      {...live}
    />
  );
}
