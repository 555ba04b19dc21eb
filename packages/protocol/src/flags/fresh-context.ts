import type { Attributes, FlagContext } from './context.js';

/**
 * The context of somebody to whom nothing was dealt before: what servers and editors decide with, which remember nobody.
 * They are known by `id`: where it is not given, the user's, or else the device's, which stands in for a person who is
 * not known, as it does in a client.
 */
export function freshContext(
  attributes: Attributes,
  rest: Omit<FlagContext, 'attributes' | 'sticky'>,
): FlagContext {
  const id = attributes['id'] ?? attributes['user_id'] ?? attributes['anonymous_id'];
  return {
    ...rest,
    attributes: id === undefined ? attributes : { ...attributes, id },
    sticky: { read: () => null, write() {} },
  };
}
