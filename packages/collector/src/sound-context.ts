import { consentText, type EventContext } from '@px-platform/protocol';

/** The context without a consent that nobody can read: no event is lost for it, and none says what it does not mean. */
export function soundContext(context: EventContext = {}): EventContext {
  if (context.consent === undefined || consentText(context.consent) !== '') return context;
  const { consent: _, ...rest } = context;
  return rest;
}
