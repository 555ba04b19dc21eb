import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { useServices } from '../services.js';

/** A link inside the shop: a real one, so it can be copied or opened in a new tab. */
export function Link({
  to,
  children,
  ...rest
}: { readonly to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const { router } = useServices();

  function follow(event: MouseEvent) {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!plain || event.altKey || event.defaultPrevented) return;
    event.preventDefault();
    router.navigate(to);
  }

  return (
    <a href={to} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
