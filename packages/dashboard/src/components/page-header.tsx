import type { Project } from '../api/api-client.js';
import type { Connection } from '../live/live-stream.js';
import { Mark } from './mark.js';
import { ThemeToggle } from './theme-toggle.js';

export interface PageHeaderProps {
  readonly project: Project;
  readonly projects: readonly Project[];
  readonly onProject: (id: string) => void;
  readonly connection: Connection;
  readonly paused: boolean;
  readonly onShortcuts: () => void;
}

const STATES = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  paused: 'Paused',
} as const;

/** The mark, the project, whether the page is live, and the page's own settings. */
export function PageHeader(props: PageHeaderProps) {
  const { project, projects, onProject, connection, paused, onShortcuts } = props;
  // A lost connection is the graver news: a paused page that is also cut off must say so.
  const state = paused && connection === 'live' ? 'paused' : connection;
  return (
    <header className="header">
      <Mark />
      <h1 className="visually-hidden">Live events</h1>
      {projects.length > 1 ? (
        <select
          className="project"
          aria-label="Project"
          value={project.id}
          onChange={(event) => onProject(event.target.value)}
        >
          {projects.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <span className="project">{project.name}</span>
      )}
      <span className="connection" data-state={state} role="status">
        <i className="connection-dot" aria-hidden="true" />
        {STATES[state]}
      </span>
      <span className="header-space" />
      <button
        className="icon-button"
        type="button"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={onShortcuts}
      >
        <kbd aria-hidden="true">?</kbd>
      </button>
      <ThemeToggle />
    </header>
  );
}
