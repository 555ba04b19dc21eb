/** The project's flags and their values: a name or a value that is none of these is an error where it is written. */
interface PxFlagTypes {
  /** The line on top of each page; empty: none. */
  readonly season_notice: string;
  /** Whether walks say how hard they are. */
  readonly difficulty: boolean;
  /** How the home page begins; the experiment `waypoint_hero` decides it. */
  readonly hero: 'calm' | 'bold';
}
