/**
 * What a key says of its value. `email` and `phone`: it is one, whatever it looks like. `maybe_phone`: it is one if it has the
 * digits of one. `ip`: it is one. `version`: what looks like an IP address is none.
 */
export type KeyKind = 'email' | 'phone' | 'maybe_phone' | 'ip' | 'version';

/** Last words of a key, put together. */
const KINDS: Readonly<Record<KeyKind, ReadonlySet<string>>> = {
  email: setOf(
    'email mailaddress emailaddress emailaddr correo correoelectronico correioeletronico',
  ),
  phone: setOf(
    'phone phonenumber phoneno phonenum telephone telephonenumber telefone telefono telefon celular ' +
      'mobilenumber mobilephone cellphone cellnumber whatsappnumber faxnumber msisdn telnumber telno',
  ),
  maybe_phone: setOf(
    'mobile cell cel tel fax whatsapp movil handy contact contactnumber sms telemovel',
  ),
  ip: setOf('ip ipaddress ipaddr ipv4 ipv6 remoteaddr remoteaddress xforwardedfor'),
  version: setOf('version ver build release firmware revision sdk'),
};

/** `has_email`, `emailVerified: 'yes'`: about an address, and none. */
const ABOUT: ReadonlySet<string> = setOf(
  'has is are can no accept accepts allow allows send sends sent use uses show shows want wants opt verify ' +
    'verified need needs require requires num count total',
);

/** Longer names are values in the place of keys; their end is read. */
const READ_CHARACTERS = 200;

/** What the words of a key say, in any case and style: `userEmail`, `USER_E_MAIL`, `user[e-mail]`, `useremail`. */
export function keyKind(key: string): KeyKind | null {
  const words = wordsOf(key.slice(-READ_CHARACTERS));
  const last = words.at(-1);
  if (last === undefined) return null;
  if (words[0] === 'sec' && words[1] === 'ch') return 'version';
  const ends = [1, 2, 3]
    .filter((count) => count <= words.length)
    .map((count) => words.slice(-count).join(''));
  const kind =
    ends.reduce<KeyKind | null>((found, end) => kindOf(end) ?? found, null) ?? gluedKind(last);
  if (kind === null || kind === 'version') return kind;
  return words.slice(0, -1).some((word) => ABOUT.has(word)) ? null : kind;
}

function kindOf(words: string): KeyKind | null {
  const kinds = Object.keys(KINDS) as KeyKind[];
  const single = words.endsWith('s') ? words.slice(0, -1) : words;
  return kinds.find((kind) => KINDS[kind].has(words) || KINDS[kind].has(single)) ?? null;
}

/** `useremail`, `customerphone`, `appversion`: written as one word. */
function gluedKind(word: string): KeyKind | null {
  if (/e?mails?$/.test(word) && /email/.test(word)) return 'email';
  if (
    /(?:user|customer|client|contact|home|work|office|lead|guest)(?:phone|telephone|telefone|celular)$/.test(
      word,
    )
  )
    return 'phone';
  if (/(?:user|client|remote|source|customer|visitor)ip$/.test(word)) return 'ip';
  return word.endsWith('version') ? 'version' : null;
}

function wordsOf(key: string): string[] {
  const words = key
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
  // `phone2`, `email_1`: the second of several. `ipv4` is itself.
  while (words.length > 1 && /^\d+$/.test(words.at(-1) ?? '')) words.pop();
  const last = words.at(-1);
  if (last !== undefined && !/^ipv\d$/.test(last))
    words[words.length - 1] = last.replace(/\d+$/, '') || last;
  return words;
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
