import type { ServerContext, WireEvent } from '@px-platform/protocol';

/** An event read from a file. Without an id where its source has none: it is given one made of its line. */
export interface ImportedEvent extends Omit<WireEvent, 'context'> {
  /** Never left out: what is read again must get the same time again. */
  readonly timestamp: number | string;
  readonly context?: ServerContext;
}

/**
 * What a line came to. `events`: to be sent. `passed`: it is as it should be, but no event (an image in an access
 * log). `bad`: it cannot be read, and somebody should look.
 */
export type Reading =
  | { readonly kind: 'events'; readonly events: readonly ImportedEvent[] }
  | { readonly kind: 'passed'; readonly reason: string }
  | { readonly kind: 'bad'; readonly reason: string };

/** What a file does not say of itself. */
export interface FormatOptions {
  /** Where the pages of an access log are: `https://shop.example`. Null: the log says it, or nobody does. */
  readonly site: string | null;
  /** What anonymous ids made of addresses are keyed with. */
  readonly hashKey: string;
}

/** One kind of file: a line at a time, each read by itself, and to the same events every time. */
export interface ImportFormat {
  readonly name: string;
  /** For people: "a Segment export". */
  readonly title: string;
  /** Whether a line looks like one of this kind. */
  recognises(line: string): boolean;
  createReader(options: FormatOptions): (line: string) => Reading;
}

export const bad = (reason: string): Reading => ({ kind: 'bad', reason });
export const passed = (reason: string): Reading => ({ kind: 'passed', reason });
export const events = (...found: readonly ImportedEvent[]): Reading => ({
  kind: 'events',
  events: found,
});
