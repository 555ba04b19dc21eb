import { Illustration } from '../art/illustration.js';
import type { Product } from '../catalogue/product.js';
import { formatCents } from '../money.js';
import { Link } from '../router/link.js';
import { FavouriteButton } from './favourite-button.js';

/** One product on the shelf. */
export function ProductCard({ product }: { readonly product: Product }) {
  return (
    <li className="card" data-category={product.category}>
      <Link
        to={`/product/${product.id}`}
        className="card-link"
        data-testid={`product-card-${product.id}`}
      >
        <span className="tile">
          <Illustration productId={product.id} />
        </span>
        <span className="card-text">
          <span className="card-name">{product.name}</span>
          <span className="card-price">{formatCents(product.priceCents)}</span>
          <span className="card-tagline">{product.tagline}</span>
        </span>
      </Link>
      <FavouriteButton product={product} />
    </li>
  );
}
