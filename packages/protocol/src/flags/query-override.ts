/** Which variation an address's query names (`?experiment=1`): its index, or null where it names none there is. */
export const queryOverride = (url: string, key: string, count: number): number | null => {
  // Behind `#` as well, where some applications keep their own addresses.
  const query = url.split('?')[1]?.split('#')[0] ?? '';
  const given = query.split('&').find((pair) => pair.split('=')[0] === key);
  const index = parseInt(given?.split('=')[1] ?? '', 10);
  return index >= 0 && index < count ? index : null;
};
