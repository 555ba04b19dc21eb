import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { ApiClient, Session } from '../api/api-client.js';
import {
  createEventMatcher,
  type EventFilter,
  isFiltering,
  NO_FILTER,
  toggled,
} from '../live/event-filter.js';
import { plural } from '../live/format.js';
import { useLive, type UseLiveOptions } from '../live/use-live.js';
import { useShortcuts } from '../live/use-shortcuts.js';
import { useToday } from '../today/use-today.js';
import { ConnectionState } from './connection-state.js';
import { EmptyStream } from './empty-stream.js';
import { EventList } from './event-list.js';
import { Figures } from './figures.js';
import { FilterBar } from './filter-bar.js';
import { Icon } from './icon.js';
import { PageHeader, type Place } from './page-header.js';
import { ShortcutsDialog } from './shortcuts-dialog.js';
import { TodayPanel } from './today-panel.js';

export interface LivePageProps extends Omit<UseLiveOptions, 'projectId'> {
  readonly api: ApiClient;
  readonly place: Place;
  readonly session: Session | null;
}

/** One project, live. */
export function LivePage({ api, place, session, ...stream }: LivePageProps) {
  const { project } = place;
  const { feed, connection, dispatch } = useLive({ projectId: project.id, ...stream });
  const today = useToday(api, { projectId: project.id, received: feed.received });
  useEffect(() => {
    document.title = `${project.name} · Live · PX`;
  }, [project.name]);

  const [filter, setFilter] = useState<EventFilter>(NO_FILTER);
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const [atTop, setAtTop] = useState(true);
  const [picking, setPicking] = useState(false);
  const [helping, setHelping] = useState(false);
  const inputRef = useRef<HTMLInputElement>(null);
  const listRef = useRef<HTMLOListElement>(null);
  const topRef = useRef<HTMLDivElement>(null);

  const [matches] = useState(createEventMatcher);
  const wanted = useDeferredValue(filter);
  const shown = useMemo(
    () => (isFiltering(wanted) ? feed.items.filter((item) => matches(item, wanted)) : feed.items),
    [feed.items, wanted, matches],
  );
  const waiting = useMemo(
    () =>
      (isFiltering(wanted) ? feed.held.filter((item) => matches(item, wanted)) : feed.held).length,
    [feed.held, wanted, matches],
  );
  // A row that the filter hides is not being read.
  const openKey = shown.some(({ key }) => key === chosenKey) ? chosenKey : null;

  const reading = !atTop || picking || openKey !== null;
  useEffect(() => dispatch({ type: 'reading', reading }), [dispatch, reading]);

  const toggle = useCallback(
    (key: string) => setChosenKey((open) => (open === key ? null : key)),
    [],
  );
  const toggleName = (name: string) => setFilter({ ...filter, names: toggled(filter.names, name) });
  const pause = (paused: boolean) => dispatch({ type: 'paused', paused });
  const showNew = () => {
    setChosenKey(null);
    setPicking(false);
    dispatch({ type: 'released' });
    topRef.current?.scrollIntoView({ block: 'start' });
  };

  useShortcuts({
    move(by) {
      const heads = [...(listRef.current?.querySelectorAll<HTMLElement>('.row-head') ?? [])];
      const at = heads.indexOf(document.activeElement as HTMLElement);
      const next = heads[at < 0 ? 0 : Math.min(Math.max(at + by, 0), heads.length - 1)];
      if (!next) return;
      setPicking(true);
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: 'nearest' });
    },
    togglePause: () => pause(!feed.paused),
    focusFilter: () => inputRef.current?.select(),
    showShortcuts: () => setHelping(true),
    escape(inFilter) {
      if (inFilter) {
        if (filter.text === '') inputRef.current?.blur();
        else setFilter({ ...filter, text: '' });
      } else if (openKey !== null) setChosenKey(null);
      else if (isFiltering(filter)) setFilter(NO_FILTER);
      else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    },
  });

  const empty = feed.items.length === 0 && feed.held.length === 0;
  return (
    <div className="page">
      <PageHeader
        {...place}
        title="Live events"
        status={<ConnectionState connection={connection} paused={feed.paused} />}
        actions={
          <button
            className="icon-button"
            type="button"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
            onClick={() => setHelping(true)}
          >
            <kbd aria-hidden="true">?</kbd>
          </button>
        }
      />
      <Figures pulse={feed.pulse} serverNow={api.serverNow} />
      <TodayPanel today={today} chosen={filter.names} onName={toggleName} />
      <main className="stream">
        {empty ? (
          <EmptyStream session={session} />
        ) : (
          <>
            <FilterBar
              filter={filter}
              onFilter={setFilter}
              names={feed.names}
              paused={feed.paused}
              onPause={pause}
              inputRef={inputRef}
            />
            <div className="new">
              {waiting > 0 && (
                <button className="new-pill" type="button" onClick={showNew}>
                  <Icon name="up" />
                  {plural(waiting, 'new event')}
                </button>
              )}
            </div>
            <div
              className="scroll"
              onPointerDown={() => setPicking(false)}
              onBlur={(event) => {
                if (!event.currentTarget.contains(event.relatedTarget)) setPicking(false);
              }}
            >
              <EventList
                items={shown}
                openKey={openKey}
                onToggle={toggle}
                onAtTop={setAtTop}
                listRef={listRef}
                topRef={topRef}
              />
              {shown.length === 0 && (
                <div className="nothing">
                  <p>
                    None of the last {plural(feed.items.length, 'event')} matches. New ones are
                    watched for.
                  </p>
                  <button className="button" type="button" onClick={() => setFilter(NO_FILTER)}>
                    Clear the filter
                  </button>
                </div>
              )}
            </div>
          </>
        )}
      </main>
      <ShortcutsDialog open={helping} onClose={() => setHelping(false)} />
    </div>
  );
}
