import type { ConsentChoice } from './consent.js';
import type { JsonObject } from './json.js';

/** Facts about the page an event happened on. Every member is as the browser gave it. */
export interface PageContext {
  readonly url?: string;
  readonly title?: string;
  readonly referrer?: string;
}

/** What the client can say about its device without asking anyone. Sizes are CSS pixels. */
export interface DeviceContext {
  readonly screen_width?: number;
  readonly screen_height?: number;
  readonly viewport_width?: number;
  readonly viewport_height?: number;
  readonly pixel_ratio?: number;
  readonly touch?: boolean;
}

/** Who made the batch: a library's name and version. */
export interface SdkInfo {
  readonly name: string;
  readonly version: string;
}

/**
 * What brought the visit: parameters of the address it began on, by their own names (`utm_source`, `gclid`…), and
 * `referrer`, where that was another site.
 */
export type CampaignContext = Readonly<Record<string, string>>;

/** Circumstances of an event that are not its own properties. */
export interface EventContext {
  readonly page?: PageContext;
  readonly device?: DeviceContext;
  /** BCP 47 language tag, such as `pt-BR`. */
  readonly locale?: string;
  /** IANA zone, such as `America/Sao_Paulo`. */
  readonly timezone?: string;
  readonly campaign?: CampaignContext;
  /** What the person belongs to: the key of one group of each type. */
  readonly groups?: Readonly<Record<string, string>>;
  /**
   * Consent as it stood when the event was made, in words, or as SDKs send it: a letter for analytics, replay, errors and
   * messages, in this order: `g` granted, `d` denied, `p` pending, `-` not known. `gddg`.
   */
  readonly consent?: string | Exclude<ConsentChoice, string>;
  /**
   * The trace that it happened in: 32 hexadecimal digits, as `traceparent` has them. Stored with the properties, as
   * `trace_id`, where the event has none of its own; no tracking plan has to name it.
   */
  readonly trace_id?: string;
}

/**
 * What a server may say besides, of whoever it sends events for. Taken with a secret key alone: to anybody else's
 * events these members are as good as not there. An empty text says that it is not known.
 */
export interface ServerContext extends EventContext {
  /** The address it came from, in place of the sender's own. */
  readonly ip?: string;
  /** The `User-Agent` it came with, in place of the sender's own. */
  readonly user_agent?: string;
  /** The how manieth attempt to store it this is: 2 and more for a dead letter that is sent again. */
  readonly attempt?: number;
}

/**
 * One event as a PX SDK sends it. Everything that decides the event's place in storage
 * (`event_id`, `event`, ids and `timestamp`) is fixed when it is created and never changes
 * between deliveries, so a retry is the same event.
 */
export interface PxEvent {
  /** UUIDv7, made once by the client. The key to counting an event once. */
  readonly event_id: string;
  /** 1–200 characters. Names starting with `$` are PX control events. */
  readonly event: string;
  /** The customer's own id for a known person; absent or null before `identify`. */
  readonly user_id?: string | null;
  /** The device's id, made by the client. An event carries `user_id`, `anonymous_id` or both. */
  readonly anonymous_id?: string | null;
  /** UUIDv7 of the visit. Absent for servers and plain HTTP senders. */
  readonly session_id?: string | null;
  readonly properties?: JsonObject;
  /** The client's clock when it happened: epoch milliseconds, or an ISO 8601 date-time. */
  readonly timestamp: number | string;
  /** 0, 1, 2… within the session: the order of events whatever the clock says. */
  readonly seq?: number;
  readonly context?: EventContext;
}

/** The fields a sender may leave out; the collector fills them when it accepts the event. */
export type WireEvent = Omit<PxEvent, 'event_id' | 'timestamp'> &
  Partial<Pick<PxEvent, 'event_id' | 'timestamp'>>;

/** The body of `POST /v1/batch`. */
export interface Batch<E = PxEvent> {
  /** The sender's clock, in epoch milliseconds, when this request left. Restamped by every retry. */
  readonly sent_at?: number;
  /**
   * The correction (server minus client, in milliseconds) that the collector answered to the first
   * batch of this session. Sent back so that a whole session is corrected by one figure
   * and its order survives.
   */
  readonly skew_ms?: number;
  readonly sdk?: SdkInfo;
  /** The project the sender believes it writes to. The key decides; a mismatch is refused, not guessed. */
  readonly project_id?: string;
  readonly events: readonly E[];
}

/** What became of one event: `ok` it is stored, `retry` send it again, `drop` do not. */
export type EventStatus = 'ok' | 'retry' | 'drop';

/** One line of the answer. Only events that are not simply `ok` are listed. */
export interface EventResult {
  /** The event's own id; null when it had none that could be read. */
  readonly event_id: string | null;
  /** Position in the batch, from 0. */
  readonly index: number;
  readonly status: EventStatus;
  /** A stable code of `EVENT_CODES`. */
  readonly code?: string;
  /** For people: what was received and what to do. */
  readonly message?: string;
}

/** The 200 answer of `POST /v1/batch`. */
export interface BatchResult {
  /** How many events of the batch are stored. */
  readonly accepted: number;
  /** The server's clock, epoch milliseconds. */
  readonly received_at: number;
  /** The clock correction applied to this batch, milliseconds. See {@link Batch.skew_ms}. */
  readonly skew_ms: number;
  /**
   * The server asks this page not to hold events longer than so many milliseconds, because somebody is watching.
   * It can only make a sender quicker than its own flush interval.
   */
  readonly flush_within_ms?: number;
  readonly results: readonly EventResult[];
}

/** The body of every answer that is not 2xx. */
export interface ErrorAnswer {
  /** A stable code of `REQUEST_CODES`. */
  readonly code: string;
  readonly message: string;
}
