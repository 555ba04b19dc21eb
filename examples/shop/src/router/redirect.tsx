import { useServices, useVisit } from '../services.js';

/** Goes elsewhere instead of showing a page, leaving no step in the history. */
export function Redirect({ to }: { readonly to: string }) {
  const { router } = useServices();
  useVisit(() => router.navigate(to, { replace: true }));
  return null;
}
