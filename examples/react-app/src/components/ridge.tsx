import type { CSSProperties } from 'react';
import type { Walk } from '../walks.js';

const WIDTH = 400;
const HEIGHT = 220;

/** A walk's heights as hills, one behind the other. */
export function Ridge({ walk }: { readonly walk: Pick<Walk, 'heights' | 'hue'> }) {
  const { heights, hue } = walk;
  const least = Math.min(...heights);
  // A lake is no mountain, but a line is no picture.
  const span = Math.max(Math.max(...heights) - least, 260);
  const line = (share: number, from: number) => {
    const points = heights.map((height, at) => {
      const x = (at / (heights.length - 1)) * WIDTH;
      return [x, HEIGHT - from - ((height - least) / span) * share * HEIGHT] as const;
    });
    return smooth(points);
  };
  return (
    <svg className="ridge" aria-hidden="true" style={{ '--hue': hue } as CSSProperties}>
      <rect className="sky" width="100%" height="100%" />
      <circle className="sun" cx="82%" cy="24%" r="24" />
      {/* Hills are as wide as the picture; a sun is round. */}
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        <path className="far" d={line(0.58, 78)} />
        <path className="mid" d={line(0.4, 48)} transform={`matrix(-1 0 0 1 ${WIDTH} 0)`} />
        <path className="near" d={line(0.22, 16)} />
      </svg>
    </svg>
  );
}

function smooth(points: readonly (readonly [number, number])[]): string {
  const [[startX, startY] = [0, 0]] = points;
  let path = `M0 ${HEIGHT} L${startX} ${startY.toFixed(1)}`;
  for (let at = 1; at < points.length; at += 1) {
    const [[beforeX, beforeY] = [0, 0], [x, y] = [0, 0]] = [points[at - 1], points[at]];
    const middle = ((beforeX + x) / 2).toFixed(1);
    path += ` C${middle} ${beforeY.toFixed(1)} ${middle} ${y.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return `${path} V${HEIGHT} Z`;
}
