/** Sixteen hex digits of a text: names it without saying it. */
export const digest = (text: string): string => {
  const first = fnv1a(text);
  return first + fnv1a(first + text);
};

/** FNV-1a, 32 bits, over UTF-16 code units. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
