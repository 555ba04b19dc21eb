/** An hour of a project. */
export interface ProjectHour {
  readonly tenant_id: string;
  readonly project_id: string;
  /** When it begins, epoch seconds. */
  readonly hour: number;
}

/**
 * How long an hour must have been left alone before it is counted, milliseconds. An hour is marked a minute before an insert at the
 * earliest, and an insert is given up after half a minute: so whoever counts that much later misses nothing that was
 * marked before, also where clocks of processes are two minutes apart.
 */
export const HOUR_SETTLES_MS = 300_000;

/** What happened how often, by the hour (docs/adr/0022). Inserting and erasing mark hours; counting makes them cheap to read. */
export interface HourTables {
  /**
   * Counts those hours that were left alone for {@link HOUR_SETTLES_MS} and have changed since they were counted, the ones that
   * changed longest ago first; how many that were. May be repeated, and done by two at once.
   *
   * @param most hours at once
   */
  countHours(most: number): Promise<number>;
}
