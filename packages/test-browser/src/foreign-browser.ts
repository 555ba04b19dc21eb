/** A browser of another engine than Chromium, with a fresh profile. */
export interface ForeignBrowser {
  /** As it names itself, with its version. */
  readonly name: string;
  /** Opens a page in a window of its own, and waits for its load event. All of them share one storage. */
  open(url: string): Promise<ForeignTab>;
  close(): Promise<void>;
}

/** One of its pages. */
export interface ForeignTab {
  /** Loads another page here, and waits for its load event. */
  goto(url: string): Promise<void>;
  /** Runs the body of an async function in the page; what it returns must be JSON. */
  run<T>(body: string): Promise<T>;
  /** A press of the mouse in the middle of an element. */
  click(selector: string): Promise<void>;
  /** As a person closes it. */
  close(): Promise<void>;
}
