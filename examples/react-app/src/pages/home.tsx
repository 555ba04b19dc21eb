import { Experiment, TrackOnClick, TrackOnView, Variant } from '@px-platform/sdk-react';
import { Link } from 'react-router';
import { WalkCard } from '../components/walk-card.js';
import { WALKS } from '../walks.js';

const PACK = ['Water, more than you think', 'A jacket, whatever the sky says', 'A torch', 'Bread'];

export function Home() {
  return (
    <>
      <title>Waypoint: walks from the last stop</title>
      <Experiment name="waypoint_hero" fallback="calm">
        <Variant name="calm">
          <section className="hero" data-testid="hero-calm">
            <p className="over">The bus stops here</p>
            <h1>Where would you like to walk today?</h1>
            <p>Three ways out of the valley. All of them come back.</p>
          </section>
        </Variant>
        <Variant name="bold">
          <section className="hero bold" data-testid="hero-bold">
            <p className="over">Today</p>
            <h1>Take the ridge.</h1>
            <p>The larches are gold, the bus is empty, and you have until five.</p>
            <TrackOnClick event="hero_followed">
              <Link className="button" to="/walks/larch-ridge">
                Show me the way
              </Link>
            </TrackOnClick>
          </section>
        </Variant>
      </Experiment>
      <section className="cards" aria-label="Walks">
        {WALKS.map((walk) => (
          <WalkCard key={walk.id} walk={walk} />
        ))}
      </section>
      <TrackOnView event="pack_list_seen">
        <section className="panel pack" data-testid="pack-list">
          <h2>Before you go</h2>
          <ul>
            {PACK.map((thing) => (
              <li key={thing}>{thing}</li>
            ))}
          </ul>
        </section>
      </TrackOnView>
    </>
  );
}
