import { useEffect, useRef, type RefObject } from 'react';

/** What was handed over at the last render that is on the page. */
export function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
