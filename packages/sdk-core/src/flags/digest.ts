import { fnv1a } from '@px-platform/protocol/flags';

/** Sixteen hex digits of a text: names it without saying it. */
export const digest = (text: string): string => {
  const first = hexOf(text);
  return first + hexOf(first + text);
};

const hexOf = (text: string) => fnv1a(text).toString(16).padStart(8, '0');
