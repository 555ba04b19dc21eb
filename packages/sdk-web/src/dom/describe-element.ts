/** What an event says about an element. Never what a person typed, never what the page masks. */
export interface ElementDescription {
  readonly tag: string;
  readonly id?: string;
  readonly classes?: readonly string[];
  readonly text?: string;
  /** Without query and fragment, which carry tokens and search terms. */
  readonly href?: string;
  /** The name the page gave it in `data-px-click`. */
  readonly name?: string;
  readonly selector: string;
}

const MASKED = '[data-px-mask],.px-mask';
/** What holds a person's own words, and what is not words at all. */
const UNREADABLE = `${MASKED},input,textarea,select,[contenteditable]:not([contenteditable=false]),script,style`;
const TEXT_LENGTH = 100;
const CLASSES = 10;
const NAME_LENGTH = 100;
const SELECTOR_DEPTH = 5;

/** Describes an element. */
export function describeElement(element: Element): ElementDescription {
  const id = idOf(element);
  const classes = [...element.classList]
    .slice(0, CLASSES)
    .map((name) => name.slice(0, NAME_LENGTH));
  const text = readText(element);
  const href = readHref(element);
  const name = element.getAttribute('data-px-click');
  return {
    tag: element.localName,
    ...(id ? { id: id.slice(0, NAME_LENGTH) } : {}),
    ...(classes.length > 0 ? { classes } : {}),
    ...(text ? { text } : {}),
    ...(href ? { href } : {}),
    ...(name ? { name: name.slice(0, NAME_LENGTH) } : {}),
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

function readHref(element: Element): string {
  if (!(element instanceof HTMLAnchorElement) || !element.href) return '';
  try {
    const { origin, pathname, protocol } = new URL(element.href);
    // mailto: and tel: are somebody's; of data: and javascript: the kind is enough.
    return /^https?:$/.test(protocol) ? origin + pathname : protocol;
  } catch {
    return '';
  }
}

/** A short path of ids, tags and positions: classes are left out, for builds rename them. */
function selectorOf(element: Element): string {
  const path: string[] = [];
  for (
    let node: Element | null = element;
    node && path.length < SELECTOR_DEPTH;
    node = node.parentElement
  ) {
    const testId = node.getAttribute('data-testid');
    const id = idOf(node);
    if (isStableId(id)) {
      path.unshift(`#${CSS.escape(id)}`);
      break;
    }
    if (testId) {
      path.unshift(`[data-testid="${CSS.escape(testId.slice(0, NAME_LENGTH))}"]`);
      break;
    }
    path.unshift(node.localName + positionOf(node));
  }
  return path.join(' > ');
}

/** Of a form with a field named `id`, the property is that field. */
const idOf = (element: Element) => element.getAttribute('id') ?? '';

/** Frameworks generate ids such as `:r1:` and `radix-12`: they differ between visits. */
const isStableId = (id: string) =>
  id !== '' && id.length <= NAME_LENGTH && !/\d{2,}|^:|:$/.test(id);

function positionOf(element: Element): string {
  const siblings = [...(element.parentElement?.children ?? [])].filter(
    ({ localName }) => localName === element.localName,
  );
  return siblings.length > 1 ? `:nth-of-type(${siblings.indexOf(element) + 1})` : '';
}
