import { Feature } from '@px-platform/sdk-react';
import { Link } from 'react-router';
import { climbOf, type Walk } from '../walks.js';
import { Ridge } from './ridge.js';

export function WalkCard({ walk }: { readonly walk: Walk }) {
  return (
    <Link className="card" to={`/walks/${walk.id}`} data-testid={`walk-${walk.id}`}>
      <Ridge walk={walk} />
      <div className="card-text">
        <h3>{walk.name}</h3>
        <p>{walk.line}</p>
        <p className="figures">
          {walk.km} km · {climbOf(walk)} m up
          <Feature flag="difficulty">
            <span className="badge" data-difficulty={walk.difficulty}>
              {walk.difficulty}
            </span>
          </Feature>
        </p>
      </div>
    </Link>
  );
}
