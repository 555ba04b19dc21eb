import type { SegmentDefinition } from '@px-platform/protocol/flags';
import type { Stored } from '../../flags/definitions-api.js';
import { type MembersAnswer, membersNews } from '../../flags/members-news.js';
import { formatCount } from '../../live/format.js';

/** Who is in a segment that says what people did: how many, since when, and some of them. */
export function MembersPanel({
  stored,
  isChanged,
  answer,
}: {
  readonly stored: Stored<SegmentDefinition>;
  readonly isChanged: boolean;
  readonly answer: MembersAnswer;
}) {
  const { people, words, isWaiting } = membersNews(stored, answer);
  const { problem = null, sample = [] } = typeof answer === 'object' ? answer : {};
  const isPublished = people !== null;
  return (
    <section className="panel" aria-label="People">
      <h3>People</h3>
      <div className="members" role="status" aria-label="Members">
        {isPublished && (
          <p className="members-count">
            <strong>{formatCount(people)}</strong> {people === 1 ? 'person' : 'people'}
          </p>
        )}
        <p className="field-hint">
          {isWaiting && <i className="connection-dot" aria-hidden="true" />}
          {words}
        </p>
      </div>
      {problem !== null && stored.archived_at === null && (
        <p className="faults">It {problem.replace(/\.?$/, '.')}</p>
      )}
      {isPublished && isChanged && (
        <p className="field-hint">
          These are by what is published; a change counts once it is, too.
        </p>
      )}
      {isPublished && sample.length > 0 && (
        <>
          <h4>{people > sample.length ? `${sample.length} of them` : 'They are'}</h4>
          <ul className="members-sample" aria-label="Some of them">
            {sample.map((id) => (
              <li key={id}>
                <code>{id}</code>
              </li>
            ))}
          </ul>
          <p className="field-hint">
            Canonical ids of people, over all their devices, as in <code>events.user_id</code>.
          </p>
        </>
      )}
    </section>
  );
}
