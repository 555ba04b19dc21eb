import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { onPage } from './listen.js';
import { createMutationLog } from './mutation-log.js';
import { onClick, type PersonClick } from './on-click.js';

/** Clicks of a person on one element, close together in time and place, and what came of them. */
export interface ClickBurst {
  readonly element: Element;
  /** Whether the element looks as if a click did something. */
  readonly isActionable: boolean;
  readonly clicks: number;
  /** Clicks that nothing answered before the next one. */
  readonly unanswered: number;
  /** Whether nothing came of any of them in time; null where the page was gone before that was known. */
  readonly isDead: boolean | null;
  /** From the first to the last click, milliseconds. */
  readonly durationMs: number;
  /** Of the first click, CSS pixels in the viewport. */
  readonly x: number;
  readonly y: number;
}

/** Watches for bursts. `settle` tells those that are not over, for a page that is leaving. */
export interface ClickBursts {
  settle(): void;
  readonly dispose: Disposer;
}

interface Pending {
  readonly element: Element;
  readonly isActionable: boolean;
  readonly first: PersonClick;
  /** When each click came. */
  readonly at: number[];
  /** Clicks that something answered which is no change of the document. */
  readonly answered: Set<number>;
}

const GAP_MS = 1_000;
const BOX_PX = 30;
/** A click that nothing answers in this time is dead. */
const DEAD_AFTER_MS = 2_500;
/** Signs that are not changes of the document, and how soon after the click they must come, in milliseconds. */
const SIGNS = {
  click: 300,
  scroll: 500,
  selectionchange: 300,
  focusin: 300,
  input: 500,
  change: 1_000,
  invalid: 300,
  copy: 300,
  toggle: 1_000,
  play: 1_000,
  pause: 1_000,
  seeking: 1_000,
  volumechange: 1_000,
  fullscreenchange: 1_000,
  dragstart: 1_000,
  transitionrun: 300,
  animationstart: 300,
  visibilitychange: 1_000,
  blur: 1_000,
  popstate: 1_000,
} as const;
/** What a click does here is not to be seen in the document, or is seen by the person alone. */
const UNKNOWABLE =
  'canvas,video,audio,embed,object,iframe,map,area,input:not([type=button],[type=submit],[type=reset],[type=image]),textarea,select,option,label,[contenteditable]:not([contenteditable=false]),[role=slider],[role=textbox],[aria-current]:not([aria-current=false]),[aria-selected=true],[aria-checked=true][role=radio]';
const POPUP =
  'dialog,[popover],[aria-live],[role=dialog],[role=alertdialog],[role=alert],[role=status],[role=menu],[role=listbox],[role=tooltip]';

/** Calls the listener once for each burst, when what came of it is known. */
export function onClickBurst({
  elapsed,
  listener,
}: {
  readonly elapsed: () => number;
  readonly listener: (burst: ClickBurst) => void;
}): ClickBursts {
  const log = createMutationLog({ elapsed });
  const pending = new Set<Pending>();
  let latest: Pending | null = null;

  /** Judged at the end, for only then is it known what of the page goes on by itself. */
  const finish = (burst: Pending, isKnown: boolean) => {
    pending.delete(burst);
    if (latest === burst) latest = null;
    const { element, isActionable, at, answered, first } = burst;
    const end = lastOf(at);
    const isAnswered = at.map((time, index) => {
      const until = Math.min(time + DEAD_AFTER_MS, at[index + 1] ?? Infinity);
      return (
        answered.has(time) ||
        log.hasChanged(time, until, (node) => isNear(element, node)) ||
        hasAsked(time)
      );
    });
    const unanswered =
      !isActionable && hasSelected() ? 0 : isAnswered.filter((each) => !each).length;
    listener({
      element,
      isActionable,
      clicks: at.length,
      unanswered,
      isDead: unanswered < at.length ? false : isKnown ? true : null,
      durationMs: Math.round(end - (at[0] ?? end)),
      x: first.x,
      y: first.y,
    });
  };

  /** One timer a burst: a later click moves its end. */
  const wait = (burst: Pending) => {
    setTimeout(
      () => {
        if (!pending.has(burst)) return;
        if (elapsed() < lastOf(burst.at) + DEAD_AFTER_MS) wait(burst);
        else finish(burst, true);
      },
      lastOf(burst.at) + DEAD_AFTER_MS - elapsed(),
    );
  };

  const click = (clicked: PersonClick) => {
    const { actionable, target, event } = clicked;
    const element = actionable ?? target;
    if (target.closest(UNKNOWABLE) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // When the hand moved, not when a busy page came to hear of it.
    const now = event.timeStamp;
    for (const root of [document, target.getRootNode()]) log.watch(root, DEAD_AFTER_MS + 500);
    log.noteClick();
    if (latest && continues(latest, element, clicked, now)) latest.at.push(now);
    else {
      latest = {
        element,
        isActionable: actionable !== null || getComputedStyle(target).cursor === 'pointer',
        first: clicked,
        at: [now],
        answered: new Set(),
      };
      pending.add(latest);
      wait(latest);
    }
    const { answered } = latest;
    // Once the page's own handlers have run: a link nobody stopped leads somewhere.
    setTimeout(() => {
      if (actionable && leads(actionable, event)) answered.add(now);
    });
  };

  const sign = (event: Event) => {
    const now = elapsed();
    const within = SIGNS[event.type as keyof typeof SIGNS];
    for (const burst of pending) {
      const last = lastOf(burst.at);
      if (now - last <= within && isAnswer(burst, event)) burst.answered.add(last);
    }
  };

  const stop = combineDisposers([
    log.dispose,
    onClick(click),
    // A person who comes near may click: what changes by itself shows before they do.
    ...['pointerdown', 'pointerover'].map((type) =>
      onPage(type, ({ target }) => {
        if (target instanceof Element && target.closest('a,button,[role],[tabindex],[onclick]')) {
          log.watch(document, GAP_MS);
        }
      }),
    ),
    ...Object.keys(SIGNS).map((type) => onPage(type, sign)),
  ]);

  return {
    settle() {
      for (const burst of pending) finish(burst, false);
    },
    dispose() {
      pending.clear();
      stop();
    },
  };
}

const continues = (burst: Pending, element: Element, { x, y }: PersonClick, now: number) =>
  burst.element === element &&
  now - lastOf(burst.at) < GAP_MS &&
  Math.abs(x - burst.first.x) <= BOX_PX &&
  Math.abs(y - burst.first.y) <= BOX_PX;

const lastOf = (times: readonly number[]): number => times.at(-1) ?? 0;

/** Whether there are words selected: quick clicks on a text mean that. */
const hasSelected = (): boolean => String(getSelection()).trim() !== '';

/** In or around what was clicked, or in what pops up to answer. */
function isNear(element: Element, node: Node): boolean {
  if (node instanceof Element && node.closest(POPUP)) return true;
  let region: Element = element;
  for (let level = 0; level < 4; level += 1) {
    const parent = region.parentElement;
    if (!parent || parent === document.body) break;
    region = parent;
  }
  return region.contains(node) || node.contains(element);
}

/** Whether a request of the page began with the click: an answer is on its way. */
function hasAsked(at: number): boolean {
  return performance
    .getEntriesByType('resource')
    .some(
      ({ startTime, initiatorType, name }) =>
        startTime >= at &&
        startTime <= at + 150 &&
        /fetch|xmlhttprequest|iframe/.test(initiatorType) &&
        !name.includes('/v1/batch'),
    );
}

/** Whether a link goes where it says: not to the page it stands on. */
function leads(element: Element, event: Event): boolean {
  const href = element.getAttribute('href') ?? '';
  return !event.defaultPrevented && /^(?!#|javascript:)./.test(href);
}

/** Whether a sign can be the click's doing: what the button does to itself when pressed is not. */
function isAnswer({ element, isActionable }: Pending, { type, target, isTrusted }: Event): boolean {
  // A script clicks for the person: on a hidden file field, or a link that saves a file.
  if (type === 'click') return !isTrusted;
  if (type === 'popstate') return element.getAttribute('href') !== '#';
  if (type === 'selectionchange') return !isActionable && hasSelected();
  if (type === 'blur') return target === window;
  if (/^(focusin|transitionrun|animationstart)$/.test(type)) {
    return target instanceof Node && !element.contains(target) && !target.contains(element);
  }
  return true;
}
