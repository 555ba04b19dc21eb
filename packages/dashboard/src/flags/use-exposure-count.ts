import { useEffect, useRef, useState } from 'react';
import type { ApiClient, ExposureCount } from '../api/api-client.js';

/** How often the question may be asked while exposures come. */
const EVERY_MS = 5_000;

/** All exposures of an experiment that are stored; asked again while more come (`seen` changes), at rest otherwise. */
export function useExposureCount(
  api: Pick<ApiClient, 'exposures'>,
  {
    projectId,
    experiment,
    seen,
  }: { readonly projectId: string; readonly experiment: string; readonly seen: number },
): ExposureCount | null {
  const [count, setCount] = useState<ExposureCount | null>(null);
  const askedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (experiment === '') return;
    let isShown = true;
    const waitMs = Math.max(0, askedAt.current + EVERY_MS - performance.now());
    const timer = setTimeout(() => {
      askedAt.current = performance.now();
      api.exposures(projectId, experiment).then(
        (answer) => isShown && setCount(answer),
        // What is known stands; the next exposure asks again.
        () => {},
      );
    }, waitMs);
    return () => {
      isShown = false;
      clearTimeout(timer);
    };
  }, [api, projectId, experiment, seen]);
  return count;
}
