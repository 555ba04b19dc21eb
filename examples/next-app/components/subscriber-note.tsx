'use client';
import { useFlag } from '@px-platform/sdk-react';

export function SubscriberNote() {
  const note = useFlag('subscriber_note', undefined, '');
  return note && <p className="note">{note}</p>;
}
