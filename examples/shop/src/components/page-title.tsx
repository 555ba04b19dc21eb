import type { ReactNode } from 'react';

/** A page's heading. Focus is moved here after a navigation, so that it is read out. */
export function PageTitle({ children }: { readonly children: ReactNode }) {
  return (
    <h1 className="page-title" tabIndex={-1}>
      {children}
    </h1>
  );
}
