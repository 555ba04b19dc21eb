/** Something that must not leave a page by itself. */
export interface Canary {
  readonly value: string;
  /** The query parameter it is planted in by name. */
  readonly name: string;
  /** The part that must not be found; the whole unless said. */
  readonly leak?: string;
}

const emails = [
  'ana.maria@example.com',
  'canary+shop@mail.example.co.uk',
  'o_reilly-77@sub.domain.example.org',
  'UPPER.CASE@EXAMPLE.COM',
  'x@y.io',
  '12345@numbers.example',
  'josé.garcía@example.es',
  'user@xn--bcher-kva.example',
];
const phones = [
  '+34 600 123 456',
  '+34600123457',
  '+1 (415) 555-2671',
  '+44 20 7946 0958',
  '(212) 555-0187',
  '212-555-0188',
  '212.555.0189',
  '06 12 34 56 78',
  '0612345679',
  '0049 30 901820',
  '+55 11 91234-5678',
  '+81-3-1234-5678',
];
/** Numbers that issuers publish for tests. */
const cards = [
  '4111111111111111',
  '4242 4242 4242 4242',
  '4000-0566-5566-5556',
  '5555555555554444',
  '5105 1051 0510 5100',
  '2223003122003222',
  '378282246310005',
  '3714 496353 98431',
  '6011111111111117',
  '3056930009020004',
  '30569309025904',
  '3566002020360505',
  '6200000000000005',
  '4222222222222',
];
const ibans = [
  'DE89370400440532013000',
  'ES91 2100 0418 4502 0005 1332',
  'GB82 WEST 1234 5698 7654 32',
  'FR1420041010050500013M02606',
  'NL91ABNA0417164300',
  'BR1800360305000010009795493C1',
  'NO9386011117947',
  'MT84MALT011000012345MTLCAST001S',
];
const tokens = [
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  'eyJhbGciOiJub25lIn0.eyJ1c2VyIjoiYW5hIn0.',
  'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'pk_test_TYooMQauvdEDq54NiTphI7jx',
  'AKIAIOSFODNN7EXAMPLE',
  'wJalrXUt7nFEMI0K7MDENG2bPxRfiCYEXAMPLE4KEY',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy',
  'AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe',
  '5f4dcc3b5aa765d61d8327deb882cf99',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'Zx81-ab3D_9fK2mQ7rT5vW1yB4',
  '4f1g23a12aa5b6c7d8e9f0a1',
];

export const CANARIES: readonly Canary[] = [
  ...[...emails, ...phones, ...cards, ...ibans, ...tokens].map((value) => ({ value, name: 'v' })),
  // Only a name tells that these are secrets: in addresses and code they have one.
  ...(
    [
      ['password', 'correct-horse'],
      ['token', 'abcdefgh'],
      ['access_token', 'short1'],
      ['code', 'oauthcode'],
      ['email', 'somebody'],
      ['api_key', 'letmein'],
      ['session_id', 'sid-canary'],
      ['otp', '482913'],
    ] as const
  ).map(([name, value]) => ({ name, value: `${name}=${value}`, leak: value })),
  { name: 'next', value: 'https://ana:hunter2canary@shop.example/', leak: 'hunter2canary' },
  { name: 'h', value: 'Authorization: Bearer abcdef-canary', leak: 'abcdef-canary' },
  { name: 'h', value: 'Authorization: Basic Y2FuYXJ5OnB3', leak: 'Y2FuYXJ5OnB3' },
  { name: 'body', value: '{"password":"hunter3canary"}', leak: 'hunter3canary' },
];
