import type { PxEvent, ServerContext } from '@px-platform/protocol';

/** An event, and what is to be taken for its circumstances. */
export interface Placed {
  readonly event: PxEvent;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

const IP_LENGTH = 64;
const USER_AGENT_LENGTH = 1_000;

/**
 * What a server says of whoever it sends for is taken from the event with a secret key, and from nobody else: a page
 * could say any address. Either way it is not left in the event, where nothing would mask it.
 */
export function placeEvent(
  event: PxEvent,
  isServer: boolean,
  sender: { readonly ip: string | null; readonly userAgent: string | null },
): Placed {
  const context: ServerContext | undefined = event.context;
  if (
    context === undefined ||
    (context.ip === undefined && context.user_agent === undefined && context.attempt === undefined)
  ) {
    return { event, ...sender };
  }
  const { ip, user_agent: userAgent, attempt, ...rest } = context;
  if (!isServer) return { event: { ...event, context: rest }, ...sender };
  return {
    event: { ...event, context: attempt === undefined ? rest : ({ ...rest, attempt } as object) },
    ip: ip === undefined ? sender.ip : ip.slice(0, IP_LENGTH) || null,
    userAgent:
      userAgent === undefined ? sender.userAgent : userAgent.slice(0, USER_AGENT_LENGTH) || null,
  };
}
