/** What an event says about an element. Never what a person typed, never what the page masks. */
export interface ElementDescription {
  readonly tag: string;
  readonly id?: string;
  readonly classes?: readonly string[];
  readonly text?: string;
  /** Without query and fragment, which carry tokens and search terms. */
  readonly href?: string;
  /** Whether it leads to another site. */
  readonly outbound?: true;
  /** Whether it saves a file. */
  readonly download?: true;
  /** The name the page gave it in `data-px-click`. */
  readonly name?: string;
  /** The page's own words about it: `data-px-plan="pro"` on it or around it is `{ plan: 'pro' }`. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly selector: string;
}

const MASKED = '[data-px-mask],.px-mask';
/** What holds a person's own words, and what is not words at all. */
const UNREADABLE = `${MASKED},input,textarea,select,[contenteditable]:not([contenteditable=false]),script,style`;
const TEXT_LENGTH = 100;
const CLASSES = 10;
const NAME_LENGTH = 100;
const SELECTOR_DEPTH = 5;
const ATTRIBUTES = 20;
/** Attributes of ours that steer recording, and say nothing. */
const STEERING = /^(click|mask|ignore|form)$/;
const FILE = /\.(pdf|docx?|xlsx?|pptx?|csv|txt|zip|gz|rar|7z|exe|dmg|pkg|apk|mp[34]|mov|avi|wav)$/i;

/** Describes an element. */
export function describeElement(element: Element): ElementDescription {
  const id = idOf(element);
  const classes = [...element.classList]
    .slice(0, CLASSES)
    .map((name) => name.slice(0, NAME_LENGTH));
  const text = readText(element);
  const name = element.getAttribute('data-px-click');
  const attributes = readAttributes(element);
  return {
    tag: element.localName,
    ...(id ? { id: id.slice(0, NAME_LENGTH) } : {}),
    ...(classes.length > 0 ? { classes } : {}),
    ...(text ? { text } : {}),
    ...readLink(element),
    ...(name ? { name: name.slice(0, NAME_LENGTH) } : {}),
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    selector: selectorOf(element),
  };
}

function readText(element: Element): string {
  if (element.closest(MASKED)) return '';
  const parts: string[] = [];
  let length = 0;
  const visit = (node: Node) => {
    if (length > TEXT_LENGTH) return;
    if (node instanceof Element && node.matches(UNREADABLE)) return;
    if (node.nodeType === Node.TEXT_NODE) {
      const words = (node.nodeValue ?? '').trim();
      if (words) length += parts.push(words) && words.length;
    }
    for (const child of node.childNodes) visit(child);
  };
  visit(element);
  const text = parts.join(' ') || (element.getAttribute('aria-label') ?? '');
  return text.replace(/\s+/g, ' ').trim().slice(0, TEXT_LENGTH);
}

function readLink(element: Element): Pick<ElementDescription, 'href' | 'outbound' | 'download'> {
  if (!(element instanceof HTMLAnchorElement) || !element.href) return {};
  const { origin, pathname, protocol } = element;
  // mailto: and tel: are somebody's; of data: and javascript: the kind is enough.
  const isPage = /^https?:$/.test(protocol);
  return {
    href: isPage ? origin + pathname : protocol,
    ...(isPage && origin !== location.origin ? { outbound: true } : {}),
    ...(element.hasAttribute('download') || FILE.test(pathname) ? { download: true } : {}),
  };
}

/** The nearest word wins. */
function readAttributes(element: Element): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  let left = ATTRIBUTES;
  for (let node: Element | null = element; node; node = node.parentElement) {
    for (const { name, value } of node.attributes) {
      const key = name.startsWith('data-px-') ? name.slice(8, NAME_LENGTH) : '';
      if (!key || STEERING.test(key) || key in found || left-- <= 0) continue;
      found[key] = value.slice(0, NAME_LENGTH);
    }
  }
  return found;
}

/**
 * A short path of what pages keep from one build and visit to the next: ids, test ids, names and roles,
 * else tags and positions. Classes are left out, for builds rename them.
 */
export function selectorOf(element: Element): string {
  const path: string[] = [];
  for (
    let node: Element | null = element;
    node && path.length < SELECTOR_DEPTH;
    node = node.parentElement
  ) {
    const anchor = anchorOf(node);
    if (anchor) {
      path.unshift(anchor);
      break;
    }
    path.unshift(node.localName + hintOf(node) + positionOf(node));
  }
  return path.join(' > ');
}

/** What names one element of the page by itself. */
function anchorOf(element: Element): string {
  const id = idOf(element);
  if (isStable(id)) return `#${CSS.escape(id)}`;
  for (const name of ['data-testid', 'data-test', 'data-cy', 'data-px-click']) {
    const value = element.getAttribute(name);
    if (value) return `[${name}="${CSS.escape(value.slice(0, NAME_LENGTH))}"]`;
  }
  return '';
}

/** What tells an element from its siblings better than where it stands. */
function hintOf(element: Element): string {
  for (const name of ['name', 'role', 'type']) {
    const value = element.getAttribute(name) ?? '';
    if (isStable(value)) return `[${name}="${CSS.escape(value)}"]`;
  }
  return '';
}

/** Of a form with a field named `id`, the property is that field. */
const idOf = (element: Element) => element.getAttribute('id') ?? '';

/** Frameworks generate ids such as `:r1:`, `radix-12` and `«r2»`: they differ between visits. */
const isStable = (id: string) =>
  id !== '' && id.length <= NAME_LENGTH && !/\d{2,}|^[:«_]|[:»]$|[0-9a-f]{8}/.test(id);

/** Counts the siblings before it alone: lists of thousands are walked once, and nothing is laid out. */
function positionOf(element: Element): string {
  const { localName, parentElement } = element;
  let position = 1;
  let node: Element | null = element;
  while ((node = node.previousElementSibling)) if (node.localName === localName) position += 1;
  const hasTwin = position > 1 || hasLater(element);
  return parentElement && hasTwin ? `:nth-of-type(${position})` : '';
}

function hasLater(element: Element): boolean {
  let node: Element | null = element;
  while ((node = node.nextElementSibling)) if (node.localName === element.localName) return true;
  return false;
}
