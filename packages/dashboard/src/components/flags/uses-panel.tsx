import type { DefinitionKind } from '@px-platform/protocol/flags';
import { type Definitions, usesOf } from '@px-platform/protocol/definitions';
import { usersOf } from '../../flags/uses-words.js';
import { routeHash } from '../../route/route.js';

/** Who names a definition, as things are published: it cannot be put away until they do no more. */
export function UsesPanel({
  named,
  definitions,
  none,
}: {
  readonly named: { readonly kind: DefinitionKind; readonly key: string };
  readonly definitions: Definitions;
  /** How one begins to use it. */
  readonly none: string;
}) {
  const users = usersOf(usesOf(named, definitions), definitions.flags);
  return (
    <section className="panel" aria-label="Used by">
      <h3>Used by</h3>
      {users.length === 0 ? (
        <p className="field-hint">{none}</p>
      ) : (
        <ul className="uses">
          {users.map(({ route, key, noun, places }) => (
            <li key={`${noun} ${key}`}>
              <p>
                <span className="uses-noun">{noun}</span> <a href={routeHash(route)}>{key}</a>
              </p>
              {places.map((place) => (
                <p key={place} className="field-hint">
                  {place}
                </p>
              ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
