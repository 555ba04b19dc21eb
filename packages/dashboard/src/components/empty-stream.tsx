import type { Session } from '../api/api-client.js';
import { CopyButton } from './copy-button.js';
import { firstEventSnippets } from './first-event-snippets.js';
import { Icon } from './icon.js';

/** What there is to read before the first event: how to send it. */
export function EmptyStream({ session }: { readonly session: Session | null }) {
  return (
    <div className="empty">
      <p className="empty-listening">
        <i className="connection-dot" aria-hidden="true" />
        Listening
      </p>
      <h2>Send the first event</h2>
      <p className="empty-lead">
        It shows here within a second: what arrived, what was added to it, and what became of it.
      </p>
      {session?.shop_url && (
        <a
          className="button button-strong"
          href={session.shop_url}
          target="_blank"
          rel="noreferrer"
        >
          Click around in the example shop
          <Icon name="external" />
        </a>
      )}
      {session ? (
        <Snippets session={session} />
      ) : (
        <p className="empty-lead">
          <code>px dev</code> printed a snippet and a <code>curl</code> to paste when it started.
        </p>
      )}
    </div>
  );
}

function Snippets({ session }: { readonly session: Session }) {
  const { sdk, curl } = firstEventSnippets(session);
  return (
    <>
      <Snippet title="In your product" label="Copy the snippet" text={sdk} />
      <Snippet title="From a terminal" label="Copy the curl command" text={curl} />
    </>
  );
}

function Snippet({
  title,
  label,
  text,
}: {
  readonly title: string;
  readonly label: string;
  readonly text: string;
}) {
  return (
    <section className="snippet" aria-label={title}>
      <div className="stage-head">
        <h3>{title}</h3>
        <CopyButton text={text} label={label} />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="code" role="region" aria-label={`${title}: code`} tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
