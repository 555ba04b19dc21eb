import { Link } from 'react-router';

export const NotFound = () => (
  <section className="hero">
    <title>No such way · Waypoint</title>
    <p className="over">404</p>
    <h1>The path ends here.</h1>
    <p>
      Someone took the sign. <Link to="/">Back to the stop</Link>
    </p>
  </section>
);
