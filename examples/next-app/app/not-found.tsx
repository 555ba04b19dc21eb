import Link from 'next/link';

export default function NotFound() {
  return (
    <article className="story">
      <p className="over">404</p>
      <h1>This page was never printed.</h1>
      <Link className="back" href="/">
        ← Tonight’s edition
      </Link>
    </article>
  );
}
