/**
 * Finds, among the elements that an event came through, out of open shadow roots, the innermost that
 * matches. Null: the page said `data-px-ignore` of one of them.
 */
export function inPath(event: Event): ((selector: string) => Element | undefined) | null {
  const path = event.composedPath().filter((node): node is Element => node instanceof Element);
  const find = (selector: string) => path.find((node) => node.matches(selector));
  return find('[data-px-ignore]') ? null : find;
}
