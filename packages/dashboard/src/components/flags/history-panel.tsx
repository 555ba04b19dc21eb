import { useEffect, useState } from 'react';
import type { Version } from '../../flags/definitions-api.js';
import { formatDateTime } from '../../live/format.js';

/** Who changed what, and when. The newest first; any of them can be looked at, and be taken up again. */
export function HistoryPanel<D>({
  version,
  load,
  onTakeUp,
}: {
  /** The stored version: what came after is asked for again. */
  readonly version: number;
  readonly load: () => Promise<readonly Version<D>[]>;
  readonly onTakeUp: (definition: D) => void;
}) {
  const [versions, setVersions] = useState<readonly Version<D>[] | null>(null);
  useEffect(() => {
    let isShown = true;
    load().then(
      (found) => isShown && setVersions(found),
      () => isShown && setVersions(null),
    );
    return () => {
      isShown = false;
    };
  }, [load, version]);
  if (version === 0) return null;
  return (
    <section className="panel" aria-label="History">
      <h3>History</h3>
      <ol className="history">
        {versions?.map(({ version: number, changed_at, changed_by, comment, definition }) => (
          <li key={number}>
            <span className="history-version">v{number}</span>
            <span className="history-who">
              {changed_by}
              <time dateTime={changed_at}>
                {formatDateTime(Date.parse(changed_at)).slice(0, 16)}
              </time>
              {comment !== null && <q>{comment}</q>}
            </span>
            {number !== version && (
              <button
                className="button button-plain"
                type="button"
                onClick={() => onTakeUp(definition)}
              >
                Take up again
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
