'use client';
import { EVENT_NAMES } from '@px-platform/protocol';
import { useCallback, useState } from 'react';
import { readFeedback, type Feedback } from './read-feedback.js';
import { say } from './say.js';
import { usePX } from './verbs.js';

/** What became of what was sent last. */
export type FeedbackStatus =
  /** Nothing was sent. */
  | 'idle'
  /** PX has it: delivered like any event, as far as the person agrees. */
  | 'sent'
  /** It could not be used; the console says why. */
  | 'invalid';
export interface FeedbackForm {
  /** Records it; whether it could be used. The same function at every render. */
  readonly send: (feedback: Feedback) => boolean;
  readonly status: FeedbackStatus;
}

/**
 * Records what somebody says of the product, for a form of your own.
 * @example
 * const { send, status } = useFeedback();
 * if (status === 'sent') return <p>Thank you.</p>;
 * return <button onClick={() => send({ rating: 5 })}>I like it</button>;
 */
export function useFeedback(): FeedbackForm {
  const { track } = usePX();
  const [status, setStatus] = useState<FeedbackStatus>('idle');
  const send = useCallback(
    (feedback: Feedback) => {
      let properties: object | undefined;
      try {
        properties = readFeedback(feedback);
      } catch {
        // What is no object at all, or has a getter that throws.
      }
      if (properties) track(EVENT_NAMES.feedback, properties);
      else say(UNUSABLE, feedback);
      setStatus(properties ? 'sent' : 'invalid');
      return properties !== undefined;
    },
    [track],
  );
  return { send, status };
}

const UNUSABLE =
  'feedback needs a rating (1 to 5), a score (0 to 10) or a text (10000 characters at most); ignored:';
