import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { createChangeLog, regionOf, type Press } from './change-log.js';
import { listen, onPage } from './listen.js';
import { observe, type Observation } from './observe.js';
import { onClick, tellClick, type PersonClick } from './on-click.js';

/** Clicks of a person on one element, close together in time and place, and what came of them. */
export interface ClickBurst {
  readonly element: Element;
  /** Whether the element looks as if a click did something. */
  readonly isActionable: boolean;
  readonly clicks: number;
  /** Clicks that nothing answered before the next one, or within a second. */
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

interface Click extends Press {
  readonly isActionable: boolean;
  /** When the hand moved, not when a busy page came to hear of it. */
  readonly madeAt: number;
  /** By something that is no change of the document. */
  isAnswered: boolean;
}

interface Burst {
  readonly first: PersonClick;
  readonly clicks: Click[];
  last: Click;
  timer?: ReturnType<typeof setTimeout>;
}

const GAP_MS = 1_000;
const BOX_PX = 30;
/** A press that moves farther drags. */
const DRAG_PX = 10;
/** A click that nothing answers in this time is dead. */
const DEAD_AFTER_MS = 2_500;
/** An answer to a click that another one follows may still come in this time. */
const LATE_MS = 1_000;
/** Signs other than changes of the document come in this time, and before the next press. */
const SIGN_MS = 1_000;
/** A page that stands still for so long in a click asks something: `confirm()` and its like. */
const MODAL_MS = 500;
/** A request belongs to the click it begins so soon after; what changes so soon after its end, to it. */
const REQUEST_MS = 500;
const SIGNS =
  'click selectionchange focusin input change invalid copy toggle play pause seeking volumechange fullscreenchange dragstart beforeprint visibilitychange blur popstate';
/** What changes nothing in the document, but may go on by itself like what does. */
const MOTIONS = 'scroll transitionrun animationstart';
/** What a click does here is not to be seen in the document, or is seen by the person alone. */
const UNKNOWABLE =
  'canvas,video,audio,embed,object,iframe,map,area,input:not([type=button],[type=submit],[type=reset],[type=image]),textarea,select,option,label,[contenteditable]:not([contenteditable=false]),[role=slider],[role=textbox],[aria-current]:not([aria-current=false]),[aria-selected=true],[aria-checked=true][role=radio]';
/** What may be clicked: what changes by itself shows while a hand comes near to it. */
const INVITING = 'a,button,[role],[tabindex],[onclick]';

interface Detector extends ClickBursts {
  readonly listeners: Set<BurstListener>;
}
type BurstListener = (burst: ClickBurst) => void;

/** What a click led to is looked for once, however many want to know: one detector for each client, by its clock. */
const detectors = new WeakMap<() => number, Detector>();

/** Calls the listener once for each burst, when what came of it is known. */
export function onClickBurst({
  elapsed,
  listener,
}: {
  readonly elapsed: () => number;
  readonly listener: BurstListener;
}): ClickBursts {
  const detector = detectors.get(elapsed) ?? createDetector(elapsed);
  detectors.set(elapsed, detector);
  const { listeners, settle } = detector;
  listeners.add(listener);
  return {
    settle,
    dispose() {
      listeners.delete(listener);
      if (listeners.size) return;
      detectors.delete(elapsed);
      detector.dispose();
    },
  };
}

function createDetector(elapsed: () => number): Detector {
  const listeners = new Set<BurstListener>();
  const log = createChangeLog({ elapsed });
  const pending = new Set<Burst>();
  let latest: Burst | null = null;
  /** Since nothing was pending. */
  let clicks: Click[] = [];
  let requests: PerformanceResourceTiming[] = [];
  let observation: Observation | undefined;
  let pressed = { at: 0, x: 0, y: 0 };

  const rest = () => {
    observation?.dispose();
    observation = undefined;
    clicks = [];
    requests = [];
    latest = null;
  };

  /** Judged at the end, for only then is it known what of the page goes on by itself. */
  const finish = (burst: Burst, isKnown: boolean) => {
    pending.delete(burst);
    clearTimeout(burst.timer);
    if (latest === burst) latest = null;
    log.flush();
    observation?.flush();
    const { first, last } = burst;
    const { element, isActionable } = last;
    const isAnswered = (click: Click) => {
      const asked = requests.filter(
        ({ startTime }) => startTime >= click.from && startTime <= click.at + REQUEST_MS,
      );
      return (
        click.isAnswered ||
        // A sound, of which nothing else is seen.
        asked.some(({ initiatorType }) => initiatorType === 'audio') ||
        log.hasAnswered(click, {
          presses: clicks,
          untilMs: click === last ? DEAD_AFTER_MS : LATE_MS,
          isExpected: (time) =>
            asked.some(
              ({ responseEnd }) => time >= responseEnd && time <= responseEnd + REQUEST_MS,
            ),
        })
      );
    };
    const isReading = !isActionable && hasSelected();
    const unanswered = isReading ? 0 : burst.clicks.filter((each) => !isAnswered(each)).length;
    const count = burst.clicks.length;
    if (!pending.size) rest();
    const told: ClickBurst = {
      element,
      isActionable,
      clicks: count,
      unanswered,
      isDead: unanswered < count ? false : isKnown ? true : null,
      durationMs: Math.round(last.madeAt - first.event.timeStamp),
      x: first.x,
      y: first.y,
    };
    for (const tell of listeners) tell(told);
  };

  /** One timer a burst: a later click moves its end. */
  const wait = (burst: Burst) => {
    burst.timer = setTimeout(
      () => {
        if (elapsed() < burst.last.from + DEAD_AFTER_MS) wait(burst);
        else finish(burst, true);
      },
      burst.last.from + DEAD_AFTER_MS - elapsed(),
    );
  };

  const hear = (clicked: PersonClick) => {
    const { actionable, target, event, x, y } = clicked;
    const at = elapsed();
    // A keyboard's click has no place.
    const hasPressed = event.detail > 0 && at - pressed.at < DEAD_AFTER_MS;
    if (hasPressed && Math.hypot(x - pressed.x, y - pressed.y) > DRAG_PX) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || isUnknowable(target)) return;
    // What the press did to the button while it was down is over.
    log.flush();
    for (const node of [document, ...event.composedPath()]) {
      if (node === document || node instanceof ShadowRoot)
        log.watch(node as Node, DEAD_AFTER_MS + 500);
    }
    observation ??= observe<PerformanceResourceTiming>('resource', (each) => requests.push(each));
    const element = actionable ?? target;
    const click: Click = {
      element,
      isActionable: actionable !== null || getComputedStyle(target).cursor === 'pointer',
      from: hasPressed ? pressed.at : at,
      at,
      madeAt: event.timeStamp,
      isAnswered: regionOf(element).querySelector('canvas') !== null,
    };
    clicks.push(click);
    if (latest && continues(latest, click, clicked)) {
      latest.last = click;
      latest.clicks.push(click);
    } else {
      latest = { first: clicked, last: click, clicks: [click] };
      pending.add(latest);
      wait(latest);
    }
    const values = readValues();
    // Once the page's own handlers have run: a link nobody stopped leads somewhere.
    setTimeout(() => {
      click.isAnswered ||=
        leads(element, event) || elapsed() - at > MODAL_MS || values !== readValues();
    });
  };

  const sign = (event: Event) => {
    const last = clicks.at(-1);
    if (!last || pressed.at > last.at || elapsed() - last.at > SIGN_MS) return;
    last.isAnswered ||= isAnswer(last, event);
  };

  const { navigation } = window as { readonly navigation?: EventTarget };
  const stop = combineDisposers([
    log.dispose,
    rest,
    onPage('pointerdown', (event) => {
      const { clientX, clientY } = event as PointerEvent;
      log.flush();
      pressed = { at: elapsed(), x: clientX, y: clientY };
    }),
    onPage('pointerdown pointerover', ({ target }) => {
      if (target instanceof Element && target.closest(INVITING)) log.watch(document, GAP_MS);
    }),
    onClick(hear),
    // A disabled button hears no click, but the person makes one.
    onPage('pointerup', (event) =>
      tellClick(event as PointerEvent, (click) => {
        if (click.target.closest('button:disabled')) hear(click);
      }),
    ),
    onPage(SIGNS, sign),
    ...(navigation ? [listen(navigation, 'navigate', sign)] : []),
    onPage(MOTIONS, ({ target, type }) => {
      const last = clicks.at(-1);
      if (!last || !(target instanceof Node)) return;
      if (type === 'scroll' || isApart(last.element, target)) log.note(target, type);
    }),
  ]);

  return {
    listeners,
    settle() {
      for (const burst of pending) finish(burst, false);
    },
    dispose() {
      for (const { timer } of pending) clearTimeout(timer);
      pending.clear();
      stop();
    },
  };
}

const continues = ({ first, last }: Burst, { element, madeAt }: Click, { x, y }: PersonClick) =>
  // A framework may have drawn it anew.
  (last.element === element || !last.element.isConnected) &&
  madeAt - last.madeAt < GAP_MS &&
  Math.abs(x - first.x) <= BOX_PX &&
  Math.abs(y - first.y) <= BOX_PX;

/** Whether there are words selected: quick clicks on a text mean that. */
const hasSelected = (): boolean => String(getSelection()).trim() !== '';

/** Components that are closed to scripts show nothing of what they do. */
const isUnknowable = (target: Element): boolean =>
  target.closest(UNKNOWABLE) !== null || (target.localName.includes('-') && !target.shadowRoot);

/** What stands in the fields: a script changes it without a sign. Compared, and forgotten. */
const readValues = (): string =>
  [...document.querySelectorAll<HTMLInputElement>('input:not([type=password]),textarea,select')]
    .slice(0, 200)
    .map(({ value, checked }) => `${value}${checked}`)
    .join();

/** Whether a link goes where it says: not to the page it stands on. */
function leads(element: Element, event: Event): boolean {
  const href = element.getAttribute('href') ?? '';
  return !event.defaultPrevented && /^(?!#|javascript:)./.test(href);
}

/** Whether a sign can be the click's doing: what the button does to itself when pressed is not. */
function isAnswer({ element, isActionable }: Click, { type, target, isTrusted }: Event): boolean {
  // A script clicks for the person: on a hidden file field, or a link that saves a file.
  if (type === 'click') return !isTrusted;
  if (/^(navigate|popstate)$/.test(type)) return element.getAttribute('href') !== '#';
  if (type === 'selectionchange') return !isActionable && hasSelected();
  if (type === 'blur') return target === window;
  return type !== 'focusin' || (target instanceof Node && isApart(element, target));
}

/** What a button does to itself when pressed, or what is around it under the hand, is no answer. */
const isApart = (element: Element, node: Node): boolean =>
  !element.contains(node) && !node.contains(element);
