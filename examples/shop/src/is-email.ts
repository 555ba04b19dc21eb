/** Whether a text has the shape of an e-mail address. Only a letter can tell whether it is one. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text.trim());
}
