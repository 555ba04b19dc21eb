import type { ReactNode } from 'react';
import type { Project } from '../api/api-client.js';
import { type PageName, type Route, routeHash } from '../route/route.js';
import { Mark } from './mark.js';
import { ThemeToggle } from './theme-toggle.js';

/** What every page's header needs. */
export interface Place {
  readonly project: Project;
  readonly projects: readonly Project[];
  readonly onProject: (id: string) => void;
  readonly page: PageName;
}

export interface PageHeaderProps extends Place {
  /** What the page is called, for those who hear it. */
  readonly title: string;
  /** How the page is doing, beside its name. */
  readonly status?: ReactNode;
  /** The page's own settings. */
  readonly actions?: ReactNode;
}

const PAGES: readonly (readonly [page: PageName, name: string, route: Route])[] = [
  ['live', 'Live', { page: 'live' }],
  ['flags', 'Flags', { page: 'flags', key: null }],
  ['experiments', 'Experiments', { page: 'experiments', key: null }],
  ['segments', 'Segments', { page: 'segments', key: null }],
];

/** The mark, the project, the pages there are, and the shown one's own settings. */
export function PageHeader(props: PageHeaderProps) {
  const { project, projects, onProject, page, title, status, actions } = props;
  return (
    <header className="header">
      <Mark />
      <h1 className="visually-hidden">{title}</h1>
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
      <nav className="pages" aria-label="Pages">
        {PAGES.map(([name, label, route]) => (
          <a
            key={name}
            className="pages-link"
            href={routeHash(route)}
            aria-current={name === page ? 'page' : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      {status}
      <span className="header-space" />
      {actions}
      <ThemeToggle />
    </header>
  );
}
