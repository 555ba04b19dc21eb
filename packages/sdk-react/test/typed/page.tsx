// What the global interfaces say is held to by every hook: a program of its own, for they are the whole program's.
import {
  createBindings,
  Experiment,
  Feature,
  PXProvider,
  TrackOnClick,
  TrackOnView,
  useExperiment,
  useFlag,
  useFlagDetails,
  useTrack,
  Variant,
  type EventKey,
  type FlagKey,
  type Unlisted,
  type VariantKey,
} from '@px-platform/sdk-react';
import PX, { type Px } from '@px-platform/sdk-web';

declare global {
  interface PxFlagTypes {
    new_onboarding: boolean;
    checkout_copy: 'short' | 'long';
  }
  interface PxExperimentTypes {
    checkout_flow_v2: { variant: 'control' | 'one_page'; value: boolean };
    prices: { variant: 'high' | 'low'; value: number };
  }
  interface PxEventTypes {
    plan_chosen: { plan: 'free' | 'pro'; price?: number };
    tour_left: { step?: number };
    // oxlint-disable-next-line no-explicit-any
    searched: { term: string; [more: string]: any };
  }
}

type Is<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(..._given: T[]) => {};

export function Page() {
  const isNew = useFlag('new_onboarding', undefined, false);
  holds<Is<typeof isNew, boolean>>();
  const copy = useFlag('checkout_copy');
  holds<Is<typeof copy, 'short' | 'long' | undefined>>();
  const details = useFlagDetails('checkout_copy', { plan: 'pro' }, 'short');
  holds<Is<typeof details.value, 'short' | 'long'>>();
  holds<Is<FlagKey, 'new_onboarding' | 'checkout_copy' | Unlisted>>();
  // @ts-expect-error No flag of this name.
  useFlag('new_onbording', undefined, false);
  // @ts-expect-error No value of this flag.
  useFlag('checkout_copy', undefined, 'middling');
  // @ts-expect-error Likewise.
  useFlagDetails('new_onboarding', undefined, 'yes');
  return (
    <>
      <Feature flag="new_onboarding">{copy}</Feature>
      <Feature flag="checkout_copy" is="long">
        {(value) => {
          holds<Is<typeof value, 'short' | 'long'>>();
          return value;
        }}
      </Feature>
      <Feature flag={'not_yet' as Unlisted} is={3}>
        {copy}
      </Feature>
      {/* @ts-expect-error No flag of this name. */}
      <Feature flag="new_onbording">{copy}</Feature>
      {/* @ts-expect-error No value of this flag. */}
      <Feature flag="checkout_copy" is="middling" />
    </>
  );
}

export function Checkout() {
  const { variant, value } = useExperiment('checkout_flow_v2');
  holds<Is<typeof variant, 'control' | 'one_page' | null>>();
  holds<Is<typeof value, boolean | undefined>>();
  holds<Is<VariantKey<'prices'>, 'high' | 'low'>>();
  // @ts-expect-error No variant of this name.
  holds<false>(variant === 'two_pages');
  // @ts-expect-error No experiment of this name.
  useExperiment('checkout_flow_v3');
  return (
    <>
      <Experiment name="checkout_flow_v2" fallback="control">
        <Variant name="control" />
        <Variant<'checkout_flow_v2'> name="one_page" />
        {/* @ts-expect-error No variant of any experiment. */}
        <Variant name="two_pages" />
        {/* @ts-expect-error A variant of another. */}
        <Variant<'checkout_flow_v2'> name="high" />
        {/* @ts-expect-error No experiment of this name. */}
        <Variant<'checkout_flow_v3'> name="control" />
      </Experiment>
      {/* @ts-expect-error A variant of another. */}
      <Experiment name="checkout_flow_v2" fallback="high" />
      {/* @ts-expect-error No experiment of this name. */}
      <Experiment name="checkout_flow_v3" />
      <Experiment name={'not_yet' as Unlisted} fallback="any">
        <Variant<Unlisted> name="any" />
      </Experiment>
    </>
  );
}

export function Plans() {
  const track = useTrack();
  track('plan_chosen', { plan: 'pro' });
  track('tour_left');
  track('searched', { term: 'shoes', hits: 3 });
  track('page_view');
  track('from_the_old_app' as Unlisted, { step: 2 });
  holds<Is<Exclude<'plan_chosen' | 'click' | 'nope', EventKey>, 'nope'>>();
  // @ts-expect-error No event of this name.
  track('plan_choosen', { plan: 'pro' });
  // @ts-expect-error A property is missing.
  track('plan_chosen');
  // @ts-expect-error Another value.
  PX.track('plan_chosen', { plan: 'gold' });
  return (
    <>
      <TrackOnView event="plan_chosen" properties={{ plan: 'pro' }} share={0.9} />
      <TrackOnView event="tour_left" />
      <TrackOnView event="page_view" properties={{ any: 'thing' }} />
      <TrackOnClick event="searched" properties={{ term: 'shoes', hits: 3 }} />
      <TrackOnClick event={'from_the_old_app' as Unlisted} properties={{ step: 2 }} />
      {/* @ts-expect-error No event of this name. */}
      <TrackOnView event="plan_choosen" />
      {/* @ts-expect-error A property is missing. */}
      <TrackOnView event="plan_chosen" />
      {/* @ts-expect-error Another value. */}
      <TrackOnClick event="plan_chosen" properties={{ plan: 'gold' }} />
      {/* @ts-expect-error One that it does not have. */}
      <TrackOnClick event="tour_left" properties={{ stop: 2 }} />
      {/* @ts-expect-error It is a share. */}
      <TrackOnView event="tour_left" share="half" />
    </>
  );
}

interface Admin {
  readonly flags: { bulk_edit: boolean };
  readonly events: { user_banned: { user: string } };
}
const admin = createBindings<Admin>();

export function AdminPage({ px }: { readonly px: Px<Admin> }) {
  const canBulk = admin.useFlag('bulk_edit', undefined, false);
  holds<Is<typeof canBulk, boolean>>();
  const track = admin.useTrack();
  track('user_banned', { user: 'u-1' });
  // @ts-expect-error A flag of another project.
  admin.useFlag('new_onboarding');
  // @ts-expect-error An event of another project.
  track('plan_chosen', { plan: 'pro' });
  const { variant } = admin.useExperiment('any');
  holds<Is<typeof variant, string | null>>();
  return (
    <admin.PXProvider client={px}>
      <admin.Feature flag="bulk_edit" />
      <admin.TrackOnView event="user_banned" properties={{ user: 'u-1' }} />
      {/* @ts-expect-error A flag of another project. */}
      <admin.Feature flag="new_onboarding" />
      {/* @ts-expect-error A property is missing. */}
      <admin.TrackOnClick event="user_banned" />
      {/* @ts-expect-error Another project's. */}
      <PXProvider client={px} />
    </admin.PXProvider>
  );
}
