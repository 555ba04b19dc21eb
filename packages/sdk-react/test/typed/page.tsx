// What `interface PxFlagTypes` says is held to by every hook: a program of its own, for a map is the whole program's.
import { Feature, useFlag, useFlagDetails, type FlagKey } from '@px-platform/sdk-react';

declare global {
  interface PxFlagTypes {
    new_onboarding: boolean;
    checkout_copy: 'short' | 'long';
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
  holds<Is<FlagKey, 'new_onboarding' | 'checkout_copy'>>();
  // @ts-expect-error No flag of this name.
  useFlag('new_onbording', undefined, false);
  // @ts-expect-error No value of this flag.
  useFlag('checkout_copy', undefined, 'middling');
  // @ts-expect-error Likewise.
  useFlagDetails('new_onboarding', undefined, 'yes');
  return (
    <>
      <Feature flag="new_onboarding">{copy}</Feature>
      {/* @ts-expect-error No flag of this name. */}
      <Feature flag="new_onbording">{copy}</Feature>
    </>
  );
}
