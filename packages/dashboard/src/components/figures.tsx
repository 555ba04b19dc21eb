import { useEffect, useState } from 'react';
import { formatCount, formatDuration } from '../live/format.js';
import { type Pulse, readPulse } from '../live/pulse.js';
import { Sparkline } from './sparkline.js';

export interface FiguresProps {
  readonly pulse: Pulse;
  readonly serverNow: () => number;
}

/** The strip of quiet figures. Ages by itself once a second. */
export function Figures({ pulse, serverNow }: FiguresProps) {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1_000);
    return () => clearInterval(timer);
  }, [serverNow]);

  const newest = (pulse.seconds.at(-1)?.second ?? 0) * 1_000;
  const reading = readPulse(pulse, Math.max(now, newest));
  return (
    <dl className="figures">
      <div className="figure figure-wide">
        <dt>
          Events <small>last minute</small>
        </dt>
        <dd>{formatCount(reading.lastMinute)}</dd>
        <dd className="figure-spark" aria-hidden="true">
          <Sparkline bars={reading.bars} />
        </dd>
      </div>
      <div className="figure">
        <dt>
          People <small>5 min</small>
        </dt>
        <dd>{formatCount(reading.people)}</dd>
      </div>
      <div className="figure" data-alert={reading.refused > 0 || undefined}>
        <dt>
          Rejected <small>5 min</small>
        </dt>
        <dd>{formatCount(reading.refused)}</dd>
      </div>
      <div className="figure">
        <dt>
          Duplicates <small>5 min</small>
        </dt>
        <dd>{formatCount(reading.duplicates)}</dd>
      </div>
      <div className="figure">
        <dt>
          Stored in <small>median</small>
        </dt>
        <dd>{reading.medianLatencyMs === null ? '–' : formatDuration(reading.medianLatencyMs)}</dd>
      </div>
    </dl>
  );
}
