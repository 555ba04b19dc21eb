/** Tells developers what they can mend. */
export const say = (sentence: string, ...values: readonly unknown[]): void => {
  // eslint-disable-next-line no-console
  console.error(`px: ${sentence}`, ...values);
};
