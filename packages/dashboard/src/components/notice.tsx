import { Mark } from './mark.js';

export type NoticeProps =
  | { readonly kind: 'loading' }
  | { readonly kind: 'signed-out' | 'no-project'; readonly onRetry: () => void }
  | { readonly kind: 'failed'; readonly message: string; readonly onRetry: () => void };

/** A whole-page message: what is the matter, and the way on. */
export function Notice(props: NoticeProps) {
  if (props.kind === 'loading') {
    return (
      <main className="notice" aria-busy="true">
        <Mark size={40} />
        <p className="visually-hidden">Loading</p>
      </main>
    );
  }
  return (
    <main className="notice">
      <Mark size={40} />
      {props.kind === 'signed-out' && (
        <>
          <h1>This page needs its key</h1>
          <p>
            Open the address that <code>px dev</code> printed when it started, in this browser: it
            signs you in.
          </p>
          <pre className="code" aria-label="What px dev prints">
            {'$ px dev\n\n  Live page  http://localhost:…\n'}
            <span className="notice-hint">{'             ↑ this one'}</span>
          </pre>
        </>
      )}
      {props.kind === 'no-project' && (
        <>
          <h1>No project yet</h1>
          <p>
            The key you came with opens no project. <code>px dev</code> makes one at its first
            start.
          </p>
        </>
      )}
      {props.kind === 'failed' && (
        <>
          <h1>No answer from the server</h1>
          <p>
            {props.message} Is it still running? Your events are safe: the SDK keeps them until it
            is.
          </p>
        </>
      )}
      <button className="button" type="button" onClick={props.onRetry}>
        Try again
      </button>
    </main>
  );
}
