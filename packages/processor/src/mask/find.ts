/** Where in a text something personal stands. */
export interface Find {
  readonly kind: 'email' | 'phone' | 'ip';
  readonly start: number;
  readonly end: number;
}

const isDigit = (code: number) => code >= 48 && code <= 57;
const isLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

export function isDigitAt(text: string, index: number): boolean {
  return isDigit(text.charCodeAt(index));
}

/** ASCII letters, digits and the underscore. Beyond the text there is none. */
export function isWordAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return isDigit(code) || isLetter(code) || code === 95;
}

export function isAlphanumericAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return isDigit(code) || isLetter(code);
}
