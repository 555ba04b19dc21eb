import { HeartIcon } from '../art/icons.js';
import type { Product } from '../catalogue/product.js';
import { useServices, useShopState } from '../services.js';

/** The heart that keeps a product for later. */
export function FavouriteButton({ product }: { readonly product: Product }) {
  const { shop } = useServices();
  const { favourites } = useShopState();
  return (
    <button
      type="button"
      className="favourite"
      aria-pressed={favourites.includes(product.id)}
      aria-label={`Keep ${product.name} for later`}
      data-testid={`favourite-${product.id}`}
      onClick={() => shop.toggleFavourite(product.id)}
    >
      <HeartIcon />
    </button>
  );
}
