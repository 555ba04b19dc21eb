import { Illustration } from '../art/illustration.js';
import { PageTitle } from '../components/page-title.js';
import { Link } from '../router/link.js';

/** Where broken links lead. */
export function NotFoundPage() {
  return (
    <section className="notice" data-testid="not-found">
      <div className="notice-art" data-category="warm">
        <Illustration productId="door-cat" />
      </div>
      <PageTitle>Nothing here but the cat</PageTitle>
      <p>This page is not there, or not any more.</p>
      <Link to="/" className="button">
        Back to the shelf
      </Link>
    </section>
  );
}
