import { StrictMode, type ReactNode } from 'react';
import {
  Experiment,
  Feature,
  PXErrorBoundary,
  PXProvider,
  TrackOnClick,
  TrackOnView,
  useExperiment,
  useFlag,
  useFlagDetails,
  useIdentify,
  usePageView,
  useTrack,
  Variant,
  type PXProviderProps,
} from '../src/index.js';

/** How often each component was drawn, by its name. */
export const draws: Record<string, number> = {};
const drawn = (name: string) => {
  draws[name] = (draws[name] ?? 0) + 1;
};

function Title() {
  drawn('title');
  return <h1>{useFlag('title', undefined, 'Fallback')}</h1>;
}
function Banner() {
  drawn('banner');
  return <p id="banner">{useFlag('banner', undefined, 'none')}</p>;
}
function Checkout() {
  drawn('checkout');
  const { variant, value } = useExperiment<string>('checkout_flow_v2');
  return <p id="checkout">{`${variant} ${value}`}</p>;
}
function CheckoutFlag() {
  return <p id="flag">{useFlag('checkout', undefined, 'own')}</p>;
}
function Details() {
  drawn('details');
  const { value, reason, revision } = useFlagDetails('title', undefined, 'Fallback');
  return <p id="details">{`${value} ${reason} ${revision}`}</p>;
}
function ForPros() {
  return <p id="pros">{String(useFlag('beta', { plan: 'pro' }, false))}</p>;
}
function Actions() {
  const track = useTrack();
  const identify = useIdentify();
  usePageView('/shop', { area: 'shop' });
  return (
    <>
      <button id="track" onClick={() => track('pressed', { by: 'hook' })}>
        Track
      </button>
      <button id="identify" onClick={() => identify('u-9', { plan: 'pro' })}>
        Identify
      </button>
      <TrackOnClick event="clicked" properties={{ by: 'component' }}>
        <button id="click">Click</button>
      </TrackOnClick>
      <div style={{ height: '3000px' }} />
      <TrackOnView event="seen" properties={{ what: 'footer' }}>
        <footer>The end</footer>
      </TrackOnView>
    </>
  );
}
function Broken(): ReactNode {
  throw new Error('no till');
}

/** Pages of a shop, by name. */
export const SCENES = {
  flags: (
    <>
      <Title />
      <Banner />
    </>
  ),
  experiment: <Checkout />,
  flagOfExperiment: <CheckoutFlag />,
  details: <Details />,
  both: (
    <>
      <Title />
      <Details />
    </>
  ),
  context: <ForPros />,
  components: (
    <>
      <Feature flag="beta" fallback={<i id="off">off</i>}>
        <b id="on">on</b>
      </Feature>
      <Feature flag="title" is="Hello">
        {(value) => <b id="is">{JSON.stringify(value)}</b>}
      </Feature>
      <Experiment name="checkout_flow_v2" fallback="control">
        <Variant name="control">
          <b id="control">steps</b>
        </Variant>
        <Variant name="treatment">
          <b id="treatment">one page</b>
        </Variant>
      </Experiment>
    </>
  ),
  actions: <Actions />,
  error: (
    <PXErrorBoundary fallback={<p id="sorry">Sorry</p>} properties={{ step: 'payment' }}>
      <Broken />
    </PXErrorBoundary>
  ),
} as const;
export type Scene = keyof typeof SCENES;

/** The whole page, as server and browser draw it. Effects run twice only where StrictMode is the root itself. */
export const drawApp = ({ scene, ...provided }: { readonly scene: Scene } & PXProviderProps) => (
  <StrictMode>
    <PXProvider {...provided}>{SCENES[scene]}</PXProvider>
  </StrictMode>
);
