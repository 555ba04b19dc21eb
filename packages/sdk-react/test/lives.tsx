// What becomes of components that live through more than one drawing: each export is one story, played in the page.
import PX, { createPx, type PxOptions } from '@px-platform/sdk-web';
import { flags } from '@px-platform/sdk-web/flags';
import * as React from 'react';
import {
  StrictMode,
  Suspense,
  useEffect,
  useLayoutEffect,
  type ComponentType,
  type ReactNode,
} from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { flushSync } from 'react-dom';
import * as light from '../src/client.js';
import {
  Feature,
  PXErrorBoundary,
  PXProvider,
  TrackOnView,
  useExperiment,
  useFeedback,
  useFlag,
  usePageView,
  useTrack,
  useTrackOnView,
  type Feedback,
  type PxClient,
} from '../src/index.js';

const events: { readonly event: string; readonly properties?: unknown }[] = [];
const said: string[] = [];
for (const level of ['error', 'warn'] as const) {
  const { [level]: write } = console;
  console[level] = (...parts: unknown[]) => {
    said.push(parts.map(String).join(' '));
    write(...parts);
  };
}
const recording = (options: PxOptions): PxOptions => ({
  autocapture: false,
  ...options,
  beforeSend(event) {
    events.push(event);
    return event;
  },
});
const names = () => events.map(({ event }) => event);
/** Of PX and of React; what a collector that is not there makes of it is no matter. */
const heard = () =>
  said.filter((text) => !text.includes('ERR_') && !text.includes('no proper answer'));
const wait = (ms = 80) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** For what comes with a frame, whenever that is. */
const until = async (...expected: readonly string[]) => {
  for (let turn = 0; turn < 500 && !expected.every((name) => names().includes(name)); turn++)
    await wait(20);
  await wait();
};

const container = () => {
  const element = document.querySelector('#root');
  if (!element) throw new Error('expected #root on the page');
  return element;
};
let root: Root | undefined;
const draw = (app: ReactNode) => {
  root ??= createRoot(container());
  flushSync(() => root?.render(app));
};
const text = () => container().textContent;

/** A PX whose reads and subscriptions are counted. `isDeaf`: it tells nobody of any change. */
const counting = (px: PxClient, isDeaf = false) => {
  const count = { peeks: 0, listeners: 0 };
  const client: PxClient = {
    ...px,
    peekFlagDetails(...read: [string]) {
      count.peeks += 1;
      return px.peekFlagDetails(...read);
    },
    onFlagsChange(listener, keys) {
      count.listeners += 1;
      const stop = px.onFlagsChange(isDeaf ? () => {} : listener, keys);
      return () => {
        count.listeners -= 1;
        stop();
      };
    },
  };
  return { client, count };
};
/** A PX beside the page's. */
const another = (projectId: string, options: PxOptions): PxClient => {
  const px = createPx({ captures: {}, features: flags });
  const { autocapture: _, ...rest } = options;
  px.init({ ...rest, projectId });
  return px;
};

const Title = () => <h1>{useFlag('title', undefined, 'Fallback')}</h1>;
const Variant = () => <p>{useExperiment('checkout_flow_v2').variant}</p>;

/** Suspends where a browser draws it, until it is let go. */
let letGo = () => {};
let gate: Promise<void> | null = null;
function Late({ children }: { readonly children: ReactNode }) {
  // As React has asked for it since Suspense is there; `use` is for 19 alone.
  if (gate) throw gate;
  return children;
}
const shut = () => {
  gate = new Promise((resolve) => {
    letGo = () => {
      gate = null;
      resolve();
    };
  });
};

/** A variant in what is thrown away as it waits for something beside it; then with `isLetGo` it is drawn. */
export async function suspended(options: PxOptions, isLetGo: boolean) {
  PX.init(recording(options));
  shut();
  draw(
    <PXProvider client={PX}>
      <Suspense fallback={<p>Wait</p>}>
        <Variant />
        <Late>there</Late>
      </Suspense>
    </PXProvider>,
  );
  await wait();
  if (isLetGo) letGo();
  // React 19 shows a fallback for 300 ms at least.
  await wait(500);
  return { text: text(), names: names(), said: heard() };
}

/** How many listen: while it is there, with one component less, and gone. */
export async function unmounted(options: PxOptions) {
  PX.init(recording(options));
  const { client, count } = counting(PX);
  const page = (isWhole: boolean) => (
    <StrictMode>
      <PXProvider client={client}>
        <Title />
        {isWhole && <Variant />}
      </PXProvider>
    </StrictMode>
  );
  const listeners: number[] = [];
  for (const app of [page(true), page(false), null]) {
    draw(app);
    await wait();
    listeners.push(count.listeners);
  }
  return { listeners, said: heard() };
}

export async function withoutProvider() {
  function Page() {
    const track = useTrack();
    useEffect(() => track('pressed'), [track]);
    usePageView('/shop');
    return (
      <>
        <Title />
        <Feature flag="title" fallback="off">
          on
        </Feature>
        <Variant />
      </>
    );
  }
  draw(<Page />);
  await wait();
  return { text: text(), said: heard() };
}

export async function changedClient(options: PxOptions, other: PxOptions) {
  PX.init(recording(options));
  const one = counting(PX);
  const two = counting(another('other', other));
  const Page = React.memo(Title);
  const seen: unknown[] = [];
  for (const { client } of [one, two]) {
    draw(
      <light.PXProvider client={client}>
        <Page />
      </light.PXProvider>,
    );
    await wait();
    seen.push([text(), one.count.listeners, two.count.listeners]);
  }
  return seen;
}

export async function twoProviders(options: PxOptions, other: PxOptions) {
  PX.init(recording(options));
  draw(
    <PXProvider client={PX}>
      <Title />
      <light.PXProvider client={another('other', other)}>
        <Title />
      </light.PXProvider>
    </PXProvider>,
  );
  await wait();
  return container().innerHTML;
}

/** A flag changes after it was drawn, before anybody listens, and PX tells nobody. */
export async function changedBetween(options: PxOptions) {
  PX.init(recording(options));
  const { client } = counting(PX, true);
  const seen: (string | null)[] = [];
  function Changer() {
    useLayoutEffect(() => {
      seen.push(text());
      PX.setOverrides({ flags: { title: 'Later' } });
    }, []);
    return null;
  }
  draw(
    <PXProvider client={client}>
      <Title />
      <Changer />
    </PXProvider>,
  );
  await wait();
  return [...seen, text()];
}

/** Leaves what the collector publishes in this browser. */
export async function kept(options: PxOptions) {
  PX.init(recording(options));
  return PX.whenFlagsReady(10_000);
}

/** The page as server and browser draw it; with a part that may wait for its code. */
export const page = (
  hasLate: boolean,
  provided: Omit<React.ComponentProps<typeof PXProvider>, 'children' | 'client'>,
) => (
  <StrictMode>
    <PXProvider {...(provided as React.ComponentProps<typeof PXProvider>)}>
      <Title />
      {hasLate && (
        <Suspense fallback={<p>Wait</p>}>
          <Late>
            <Title />
          </Late>
        </Suspense>
      )}
    </PXProvider>
  </StrictMode>
);

/** What of the server's HTML was changed, by each time that anything was. */
export async function hydrated({
  options,
  isLate = false,
  ...provided
}: {
  readonly options: PxOptions;
  readonly isLate?: boolean;
  readonly bootstrap?: NonNullable<NonNullable<PxOptions['flags']> & object>['bootstrap'];
}) {
  const texts: (string | null)[] = [];
  new MutationObserver(() => texts.push(text())).observe(container(), {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
  if (isLate) shut();
  hydrateRoot(container(), page(isLate, { options: recording(options), ...provided }), {
    onRecoverableError: (error) => said.push(`recovered: ${String(error)}`),
  });
  await wait();
  const before = [...texts];
  letGo();
  await wait();
  return { before, texts, said: heard() };
}

export async function inStrictMode(options: PxOptions) {
  root = createRoot(container());
  root.render(
    <StrictMode>
      <PXProvider options={options}>
        <Variant />
        <Variant />
      </PXProvider>
    </StrictMode>,
  );
  await wait();
  await PX.flush();
  await wait();
  return { text: text(), said: heard() };
}

/** So many components, each of a flag of its own or all of one; then one flag is another, then none. */
export async function many(options: PxOptions, { isOneFlag = false, isLate = false } = {}) {
  const drawn = new Map<string, number>();
  const Cell = ({ flag }: { readonly flag: string }) => {
    drawn.set(flag, (drawn.get(flag) ?? 0) + 1);
    return <i>{useFlag(flag, undefined, 'none')}</i>;
  };
  const { client, count } = counting(PX);
  const total = () => [...drawn.values()].reduce((sum, each) => sum + each, 0);
  const steps: { draws: number; peeks: number }[] = [];
  let before = { draws: 0, peeks: 0 };
  const step = async (run: () => void) => {
    run();
    await wait();
    const now = { draws: total(), peeks: count.peeks };
    steps.push({ draws: now.draws - before.draws, peeks: now.peeks - before.peeks });
    before = now;
  };
  const begin = () => PX.init(recording(options));
  if (!isLate) begin();
  const keys = Array.from({ length: 1_000 }, (_, index) => `f${isOneFlag ? 0 : index}`);
  await step(() =>
    draw(
      <PXProvider client={client}>
        {keys.map((key, index) => (
          <Cell key={index} flag={key} />
        ))}
      </PXProvider>,
    ),
  );
  if (isLate) {
    PX.track('kept');
    await step(begin);
  }
  await step(() => PX.setOverrides({ flags: { f0: 'changed' } }));
  await step(() => PX.track('anything'));
  return { steps, names: names(), said: heard().filter((each) => !each.includes('OVERRIDDEN')) };
}

/** Is 19.2's. */
type Activity = ComponentType<{
  readonly mode: 'visible' | 'hidden';
  readonly children: ReactNode;
}>;
export async function inActivity(options: PxOptions) {
  const { Activity } = React as unknown as { readonly Activity: Activity };
  PX.init(recording(options));
  function Tab() {
    usePageView('/tab');
    return <Variant />;
  }
  const seen: string[][] = [];
  for (const mode of ['hidden', 'visible', 'hidden', 'visible'] as const) {
    draw(
      <StrictMode>
        <PXProvider client={PX}>
          <Activity mode={mode}>
            <Tab />
          </Activity>
        </PXProvider>
      </StrictMode>,
    );
    await wait();
    seen.push(names());
  }
  return { seen, said: heard() };
}

export async function seen(options: PxOptions) {
  PX.init(recording(options));
  const Row = () => <li ref={useTrackOnView({ event: 'row' })}>Row</li>;
  const page = (late: ReactNode) => (
    <PXProvider client={PX}>
      <TrackOnView event="late">{late}</TrackOnView>
      <Row />
      <TrackOnView event="tall">
        <div style={{ height: '9000px' }}>Tall</div>
      </TrackOnView>
      <TrackOnView event="below">
        <footer>Below</footer>
      </TrackOnView>
    </PXProvider>
  );
  draw(page(null));
  await until('row', 'tall');
  const first = names();
  draw(page(<b>Late</b>));
  await until('late');
  draw(page(<em>Another</em>));
  await until('late');
  const second = names();
  for (const to of [20_000, 0, 20_000]) {
    window.scrollTo(0, to);
    await until(...(to > 0 ? ['below'] : []));
  }
  return { first, second, last: names() };
}

export async function failed(options: PxOptions) {
  PX.init(recording(options));
  let isBroken = true;
  const told: string[] = [];
  let retry = () => {};
  function Till({ address }: { readonly address: string }) {
    if (isBroken) throw new Error('no till');
    return <p>{address}</p>;
  }
  const page = (address: string) => (
    <PXProvider client={PX}>
      <PXErrorBoundary
        resetKeys={[address]}
        onError={(error, { componentStack }) =>
          told.push(`${String(error)} ${String(componentStack?.includes('Till'))}`)
        }
        onReset={() => told.push('reset')}
        properties={{ step: 'payment' }}
        fallback={(error, reset) => {
          retry = reset;
          return <p>Sorry: {String(error)}</p>;
        }}
      >
        <Till address={address} />
      </PXErrorBoundary>
    </PXProvider>
  );
  const texts: (string | null)[] = [];
  const note = async (run: () => void) => {
    run();
    await wait();
    texts.push(text());
  };
  await note(() => draw(page('/a')));
  await note(() => draw(page('/a')));
  await note(() => draw(page('/b')));
  isBroken = false;
  await note(() => flushSync(retry));
  isBroken = true;
  await note(() => draw(page('/c')));
  isBroken = false;
  await note(() => draw(page('/d')));
  return { texts, told, errors: events.filter(({ event }) => event === 'error') };
}

export async function feedback(options: PxOptions, given: readonly unknown[]) {
  PX.init(recording(options));
  const statuses: string[] = [];
  const sends = new Set<(feedback: Feedback) => boolean>();
  function Form() {
    const { send, status } = useFeedback();
    sends.add(send);
    statuses.push(status);
    return null;
  }
  draw(
    <PXProvider client={PX}>
      <Form />
    </PXProvider>,
  );
  const answers = given.map((each) => {
    let answer: boolean | undefined;
    flushSync(() => {
      // Whatever a form hands over.
      for (const send of sends) answer = send(each as Feedback);
    });
    return answer;
  });
  return { answers, statuses, functions: sends.size, events, said: heard() };
}

export const { version } = React;
