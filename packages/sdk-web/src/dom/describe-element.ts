import { bareUrl } from './bare-url.js';

/** What an event says about an element. Never what a person typed, never what the page masks. */
export interface ElementDescription {
  readonly tag: string;
  readonly id?: string | undefined;
  readonly classes?: readonly string[] | undefined;
  readonly text?: string | undefined;
  /** Without query and fragment, which carry tokens and search terms. */
  readonly href?: string;
  /** Whether it leads to another site. */
  readonly outbound?: true | undefined;
  /** Whether it saves a file. */
  readonly download?: true | undefined;
  /** The name the page gave it in `data-px-click`. */
  readonly name?: string | undefined;
  /** The page's own words about it: `data-px-plan="pro"` on it or around it is `{ plan: 'pro' }`. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly selector: string;
}

/** What the page masks, and what people write. */
const PRIVATE = '[data-px-mask],.px-mask,[contenteditable]:not([contenteditable=false])';
const UNREADABLE = `${PRIVATE},input,textarea,select,script,style`;
const TEXT_LENGTH = 100;
const TEXT_NODES = 300;
const CLASSES = 10;
const NAME_LENGTH = 100;
const SELECTOR_DEPTH = 5;
const SIBLINGS = 1_000;
const ATTRIBUTES = 20;
const FILE = /\.(pdf|docx?|xlsx?|pptx?|csv|zip|gz|exe|dmg|pkg|apk|mp[34])$/i;

/** Describes an element. */
export function describeElement(element: Element): ElementDescription {
  const classes = [...element.classList].slice(0, CLASSES).map(cut);
  return {
    tag: element.localName,
    id: cut(attributeOf(element, 'id')) || undefined,
    classes: classes.length > 0 ? classes : undefined,
    text: readText(element) || undefined,
    ...readLink(element),
    name: cut(attributeOf(element, 'data-px-click')) || undefined,
    attributes: readAttributes(element),
    selector: selectorOf(element),
  };
}

const cut = (text: string): string => text.slice(0, NAME_LENGTH);

/** By attribute, never by property: of a form with a field named `id`, the property is that field. */
const attributeOf = (element: Element, name: string): string => element.getAttribute(name) ?? '';

/** The element and those around it, out of open shadow roots. */
function lineOf(element: Element): readonly Element[] {
  const line: Element[] = [];
  for (let node: Element | undefined = element; node;) {
    line.push(node);
    node = node.parentElement ?? (node.getRootNode() as Partial<ShadowRoot>).host;
  }
  return line;
}

function readText(element: Element): string {
  if (lineOf(element).some((node) => node.matches(PRIVATE))) return '';
  let text = '';
  let left = TEXT_NODES;
  const visit = (node: Node) => {
    left -= 1;
    if (node instanceof Element && node.matches(UNREADABLE)) return;
    if (node.nodeType === Node.TEXT_NODE)
      text = `${text} ${node.nodeValue}`.replace(/\s+/g, ' ').trim();
    const slotted = (node as Partial<HTMLSlotElement>).assignedNodes?.({ flatten: true });
    for (const child of slotted ?? node.childNodes) {
      if (left <= 0 || text.length > TEXT_LENGTH) break;
      visit(child);
    }
  };
  visit(element);
  return (text || attributeOf(element, 'aria-label') || attributeOf(element, 'title')).slice(
    0,
    TEXT_LENGTH,
  );
}

function readLink(element: Element): Pick<ElementDescription, 'href' | 'outbound' | 'download'> {
  if (!(element instanceof HTMLAnchorElement) || !element.href) return {};
  const { href, host, pathname, protocol } = element;
  return {
    href: bareUrl(href),
    outbound: (protocol.startsWith('http') && host !== location.host) || undefined,
    download: element.hasAttribute('download') || FILE.test(pathname) || undefined,
  };
}

/** The nearest word wins. */
function readAttributes(element: Element): ElementDescription['attributes'] {
  const found: Record<string, string> = {};
  for (const node of lineOf(element)) {
    for (const { name, value } of node.attributes) {
      const [, key] = /^data-px-(?!click$)(.+)/.exec(name) ?? [];
      if (key && value) found[cut(key)] ??= cut(value);
    }
  }
  const entries = Object.entries(found).slice(0, ATTRIBUTES);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/**
 * A short path of what pages keep from one build and visit to the next: ids, test ids, names and roles,
 * else tags and positions. Classes are left out, for builds rename them. `>>>` enters a shadow root.
 */
export function selectorOf(element: Element): string {
  const path: string[] = [];
  let anchor = '';
  for (
    let node: Element | null = element;
    node && !anchor && path.length < SELECTOR_DEPTH;
    node = node.parentElement
  ) {
    anchor = anchorOf(node);
    path.unshift(anchor || node.localName + hintOf(node) + positionOf(node));
  }
  const { host } = element.getRootNode() as Partial<ShadowRoot>;
  return (host ? `${selectorOf(host)} >>> ` : '') + path.join(' > ');
}

/** What names one element of the page by itself. */
function anchorOf(element: Element): string {
  const id = attributeOf(element, 'id');
  return isStable(id)
    ? `#${CSS.escape(id)}`
    : matcherOf(element, ['data-testid', 'data-test', 'data-cy'], Boolean);
}

/** What tells an element from its siblings better than where it stands; labels change with the language. */
const hintOf = (element: Element): string => matcherOf(element, ['name', 'role', 'type'], isStable);

function matcherOf(
  element: Element,
  names: readonly string[],
  isGood: (value: string) => boolean,
): string {
  const name = names.find((each) => isGood(attributeOf(element, each)));
  return name ? `[${name}=${JSON.stringify(cut(attributeOf(element, name)))}]` : '';
}

/** Frameworks generate ids such as `:r1:`, `radix-1` and `_r_2_`: they differ between visits. */
const isStable = (id: string): boolean =>
  id !== '' && id.length <= NAME_LENGTH && !/\d\d|[-_]\d|[:«»]|^_|[\da-f]{8}/.test(id);

/** Only the siblings before it count, so that one more below changes nothing; far down a long list, none do. */
function positionOf({ localName, previousElementSibling }: Element): string {
  let position = 1;
  let left = SIBLINGS;
  for (let node = previousElementSibling; node; node = node.previousElementSibling) {
    if (left-- <= 0) return '';
    if (node.localName === localName) position += 1;
  }
  return position > 1 ? `:nth-of-type(${position})` : '';
}
