/** The project's flags and their values: a name or a value that is none of these is an error where it is written. */
interface PxFlagTypes {
  /** What the paper is printed on. */
  readonly paper: 'cream' | 'salmon';
  /** Said to those who have subscribed; empty to everybody else. */
  readonly subscriber_note: string;
  /** Where the box to subscribe is; the experiment `evening_subscribe` decides it. */
  readonly subscribe_box: 'below' | 'above';
}
