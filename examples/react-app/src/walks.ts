/** One walk. Heights are metres above the sea, along the way, for the drawing and the numbers. */
export interface Walk {
  readonly id: string;
  readonly name: string;
  readonly line: string;
  readonly story: string;
  readonly km: number;
  readonly hours: number;
  readonly difficulty: 'easy' | 'steady' | 'steep';
  readonly heights: readonly number[];
  /** Of its sky, in degrees on the colour wheel. */
  readonly hue: number;
}

export const WALKS: readonly Walk[] = [
  {
    id: 'heron-lake',
    name: 'Round Heron Lake',
    line: 'Flat, quiet, and home before the rain.',
    story:
      'Boards over the reeds, a hut that sells soup on Sundays, and herons that have seen everything. Go early: the light comes in under the fog.',
    km: 7.4,
    hours: 2,
    difficulty: 'easy',
    heights: [412, 415, 420, 418, 426, 431, 424, 418, 414, 412],
    hue: 190,
  },
  {
    id: 'larch-ridge',
    name: 'Larch Ridge',
    line: 'Gold on both sides, and nobody in between.',
    story:
      'An hour of switchbacks through the wood, then the ridge: narrow enough to feel it, wide enough to eat a sandwich on. The bus goes back at five.',
    km: 11.2,
    hours: 4.5,
    difficulty: 'steady',
    heights: [640, 760, 905, 1080, 1190, 1235, 1210, 1260, 1090, 860, 640],
    hue: 32,
  },
  {
    id: 'north-notch',
    name: 'The North Notch',
    line: 'Steep enough that you stop talking.',
    story:
      'Chains for the last hundred metres and a view for the rest of the week. Not after snow, not in the afternoon, not alone.',
    km: 14.8,
    hours: 7,
    difficulty: 'steep',
    heights: [720, 840, 1100, 1420, 1760, 2015, 2140, 1900, 1480, 1020, 720],
    hue: 262,
  },
];

export const walkOf = (id: string | undefined): Walk | undefined =>
  WALKS.find((walk) => walk.id === id);

/** Metres uphill. */
export const climbOf = ({ heights }: Walk): number =>
  heights.reduce((sum, height, at) => sum + Math.max(0, height - (heights[at - 1] ?? height)), 0);
