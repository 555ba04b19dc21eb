import type { PulseReading } from '../live/pulse.js';

const BAR = 2;
const GAP = 1;
const HEIGHT = 28;

/** Sixty seconds as sixty bars; the refused part of each stands in its own colour. */
export function Sparkline({ bars }: { readonly bars: PulseReading['bars'] }) {
  const most = Math.max(4, ...bars.map(({ events }) => events));
  const width = bars.length * (BAR + GAP) - GAP;
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      aria-hidden="true"
    >
      {bars.map(({ events, refused }, index) => {
        const x = index * (BAR + GAP);
        const tall = events === 0 ? 1 : Math.max(3, (events / most) * HEIGHT);
        const bad = events === 0 ? 0 : (refused / events) * tall;
        return (
          // The place is the identity here: bar 0 is always "a minute ago".
          <g key={index}>
            <rect
              className={events === 0 ? 'bar-none' : 'bar'}
              x={x}
              y={HEIGHT - tall}
              width={BAR}
              height={tall - bad}
              rx="0.5"
            />
            {bad > 0 && (
              <rect
                className="bar-refused"
                x={x}
                y={HEIGHT - bad}
                width={BAR}
                height={bad}
                rx="0.5"
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}
