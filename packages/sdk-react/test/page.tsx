import PX, { type PxOptions } from '@px-platform/sdk-web';
import { version, type ReactNode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { drawApp, draws, type Scene } from './app.js';
import type { PXProviderProps } from '../src/index.js';

/** What was recorded, as it was about to be queued. */
interface Recorded {
  readonly event: string;
  readonly properties?: unknown;
  /** What the page read as then. */
  readonly shown: string;
}
const events: Recorded[] = [];
/** What React and PX said to developers. */
const said: string[] = [];
for (const level of ['error', 'warn'] as const) {
  const { [level]: write } = console;
  console[level] = (...parts: unknown[]) => {
    said.push(parts.map(String).join(' '));
    write(...parts);
  };
}
/** What the page read as whenever it was another. */
const texts: string[] = [];

const recording = (options: PxOptions): PxOptions => ({
  autocapture: false,
  ...options,
  beforeSend(event) {
    events.push({
      event: event.event,
      properties: event.properties,
      shown: container().textContent ?? '',
    });
    return event;
  },
});
const container = () => {
  const element = document.querySelector('#root');
  if (!element) throw new Error('expected #root on the page');
  return element;
};
const watch = () => {
  const note = () => texts.push(container().textContent ?? '');
  note();
  new MutationObserver(note).observe(container(), {
    subtree: true,
    childList: true,
    characterData: true,
  });
};

let root: Root | undefined;
const draw = (app: ReactNode) => {
  watch();
  root = createRoot(container());
  flushSync(() => root?.render(app));
};
const hydrate = (app: ReactNode) => {
  watch();
  root = hydrateRoot(container(), app, {
    onRecoverableError: (error) => said.push(`recovered: ${String(error)}`),
  });
};

export interface Drawing {
  readonly scene: Scene;
  readonly options: PxOptions;
  readonly isHydrated?: boolean;
  readonly provided?: Pick<PXProviderProps, 'bootstrap' | 'attributes'>;
}

/** Draws a scene with a PX that the page starts first, or later by `start`. */
export function withClient({ scene, options, isHydrated = false, provided = {} }: Drawing) {
  PX.init(recording(options));
  (isHydrated ? hydrate : draw)(drawApp({ scene, client: PX, ...provided }));
}
/** Draws a scene with options for the provider. */
export function withOptions({ scene, options, isHydrated = false, provided = {} }: Drawing) {
  const app = drawApp({ scene, options: recording(options), ...provided });
  if (isHydrated) return hydrate(app);
  watch();
  // As pages do it: what React does in one go, nobody sees in between.
  root = createRoot(container());
  root.render(app);
}
/** Draws a scene with a PX that nobody has started. */
export function withoutStart(scene: Scene) {
  draw(drawApp({ scene, client: PX }));
}
export const start = (options: PxOptions) => PX.init(recording(options));
export const unmount = () => root?.unmount();
export { draws, events, PX, said, texts, version };
