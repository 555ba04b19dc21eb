import { useFlag } from '@px-platform/sdk-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

export function Frame({ children }: { readonly children: ReactNode }) {
  const notice = useFlag('season_notice', undefined, '');
  return (
    <>
      {notice && (
        <p className="notice" data-testid="notice">
          {notice}
        </p>
      )}
      <header className="top">
        <Link className="brand" to="/">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M3 26 12 9l5 9 3-5 9 13z" />
          </svg>
          Waypoint
        </Link>
        <span>Walks from the last stop</span>
      </header>
      <main>{children}</main>
      <footer className="foot">An example of PX in a React app. Nobody is sent anywhere.</footer>
    </>
  );
}
