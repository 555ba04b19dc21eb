/**
 * A text of at most so many UTF-16 units that every engine can store. It is never cut in the middle of a character;
 * half of a surrogate pair that the sender left becomes U+FFFD.
 */
export function boundedText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text.toWellFormed();
  const last = text.charCodeAt(maxLength - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? maxLength - 1 : maxLength).toWellFormed();
}
