/** What clients and the backend keep by themselves, in words for who writes a condition. */
const HINTS: Readonly<Record<string, string>> = {
  $visits: 'on how many days they came, by UTC',
  $sessions: 'how many visits they made, with this one',
  $last_seen: 'when something happened last before this visit',
  $session_events: 'how often in this visit: write $session_events.add_to_cart for one event',
  $rage_clicks: 'how many rage clicks in this visit',
  $url: 'the address of the page; on servers without its query',
  $path: 'the path of the page',
  $device: 'mobile, tablet or desktop',
  $lang: 'the language of the browser',
  $inSegment: 'whether they belong to the segment of this name',
  $segments: 'the names of the segments they belong to',
};

/** Null where the name is the project's own. */
export function attributeHint(name: string): string | null {
  const [first = ''] = name.split('.');
  return Object.hasOwn(HINTS, first) ? (HINTS[first] ?? null) : null;
}
