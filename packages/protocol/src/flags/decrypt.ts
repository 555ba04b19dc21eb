/** The parts of WebCrypto that are used. */
export interface Subtle {
  importKey(
    format: 'raw',
    key: Uint8Array<ArrayBuffer>,
    algorithm: { readonly name: string; readonly length: number },
    isExtractable: boolean,
    uses: readonly ['decrypt'],
  ): Promise<unknown>;
  decrypt(
    algorithm: { readonly name: string; readonly iv: Uint8Array<ArrayBuffer> },
    key: unknown,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<ArrayBuffer>;
}

declare const crypto: { readonly subtle: unknown };
declare const atob: (base64: string) => string;
declare const TextDecoder: new (
  encoding: string,
  options: { readonly fatal: boolean },
) => { decode(bytes: ArrayBuffer): string };

/**
 * Reads what GrowthBook's backend encrypted: `base64(iv).base64(AES-CBC)`, with a key in base64. Rejects where the key is
 * another or the text is none. It hides rules from a glance, no more: every client that reads them has the key.
 *
 * @example
 * const features = JSON.parse(await decrypt(payload.encryptedFeatures, key));
 */
export const decrypt = async (
  text: string,
  key: string,
  subtle: Subtle = crypto.subtle as Subtle,
): Promise<string> => {
  const [iv = '', data = ''] = text.split('.');
  const algorithm = { name: 'AES-CBC', length: 128 };
  const imported = await subtle.importKey('raw', bytesOf(key), algorithm, false, ['decrypt']);
  const plain = await subtle.decrypt({ ...algorithm, iv: bytesOf(iv) }, imported, bytesOf(data));
  return new TextDecoder('utf-8', { fatal: true }).decode(plain);
};

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
