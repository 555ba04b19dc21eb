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
  const [known, setKnown] = useState<{
    readonly experiment: string;
    readonly count: ExposureCount;
  } | null>(null);
  const asked = useRef({ experiment: '', at: Number.NEGATIVE_INFINITY });
  useEffect(() => {
    if (experiment === '') return;
    const since = asked.current.experiment === experiment ? asked.current.at : -Infinity;
    const timer = setTimeout(
      () => {
        asked.current = { experiment, at: performance.now() };
        api.exposures(projectId, experiment).then(
          // Also where more have come meanwhile: it is asked again.
          (count) => setKnown({ experiment, count }),
          // What is known stands; the next exposure asks again.
          () => {},
        );
      },
      Math.max(0, since + EVERY_MS - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [api, projectId, experiment, seen]);
  return known?.experiment === experiment ? known.count : null;
}
