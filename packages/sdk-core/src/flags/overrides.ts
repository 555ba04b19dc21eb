import type { JsonValue } from '@px-platform/protocol';
import { parseJson } from '../parse-json.js';
import type { FlagOverrides } from './verbs.js';

const PARAMETER = /[?&]px_(flag|exp)\.([^=&#]+)=([^&#]*)/g;

/** What an address overrides: flags by JSON or text, experiments by the variant's name. Null: nothing. */
export function readOverrides(address: string): FlagOverrides | null {
  const found = [...address.matchAll(PARAMETER)].map(([, kind, ...said]) => {
    const [name = '', value = ''] = said.map(decode);
    return [kind, name, value] as const;
  });
  const ofKind = <T>(wanted: string, toValue: (text: string) => T): Readonly<Record<string, T>> =>
    Object.fromEntries(
      found.filter(([kind]) => kind === wanted).map(([, name, text]) => [name, toValue(text)]),
    );
  return found.length > 0
    ? {
        flags: ofKind(
          'flag',
          (text) => (text === 'null' ? null : (parseJson(text) ?? text)) as JsonValue,
        ),
        experiments: ofKind('exp', String),
      }
    : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}
