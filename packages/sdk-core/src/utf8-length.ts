/** In every browser and server runtime, though no library of this package's knows it. */
declare class TextEncoder {
  encode(text: string): { readonly length: number };
}

/** Bytes of a text as UTF-8. `length` counts UTF-16 units and undercounts everything but ASCII. */
export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;
