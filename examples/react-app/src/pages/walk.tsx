import { useTrack } from '@px-platform/sdk-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { Ridge } from '../components/ridge.js';
import { Weather } from '../components/weather.js';
import { climbOf, walkOf } from '../walks.js';
import { NotFound } from './not-found.js';

export function WalkPage() {
  const { id } = useParams();
  const track = useTrack();
  const [planned, setPlanned] = useState<string>();
  const walk = walkOf(id);
  if (!walk) return <NotFound />;
  const isPlanned = planned === id;
  return (
    <article className="walk">
      <title>{`${walk.name} · Waypoint`}</title>
      <Link className="back" to="/">
        ← All walks
      </Link>
      <Ridge walk={walk} />
      <h1>{walk.name}</h1>
      <p className="lead">{walk.story}</p>
      <dl className="numbers">
        <div>
          <dt>Length</dt>
          <dd>{walk.km} km</dd>
        </div>
        <div>
          <dt>Up</dt>
          <dd>{climbOf(walk)} m</dd>
        </div>
        <div>
          <dt>Time</dt>
          <dd>{walk.hours} h</dd>
        </div>
      </dl>
      <button
        className="button"
        data-testid="plan"
        disabled={isPlanned}
        onClick={() => {
          track('walk_planned', { walk: walk.id, km: walk.km });
          setPlanned(walk.id);
        }}
      >
        {isPlanned ? 'See you at the stop' : 'I will go'}
      </button>
      <Weather />
    </article>
  );
}
