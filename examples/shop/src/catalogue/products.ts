import type { Product } from './product.js';

/** Everything Small Hours sells, in shelf order. */
export const PRODUCTS: readonly Product[] = [
  {
    id: 'moon-lamp',
    name: 'Moon lamp',
    category: 'light',
    priceCents: 6400,
    tagline: 'Full every night of the month.',
    description:
      'A hand-blown globe on a beech foot, bright enough to find your glasses and dim enough to leave the dark alone. Turn the foot to make it wax and wane.',
    facts: ['Opal glass, beech foot', '22 cm across', 'Waxes for up to 9 hours on a charge'],
  },
  {
    id: 'slow-kettle',
    name: 'Slow kettle',
    category: 'sip',
    priceCents: 5800,
    tagline: 'Takes eleven minutes. On purpose.',
    description:
      'Thick enamel that heats at the speed of a good conversation. It does not whistle. It hums, a fifth below middle C, when the water is ready.',
    facts: ['Enamelled steel, ash handle', '1.1 litres', 'Gas, induction or a campfire'],
  },
  {
    id: 'long-blanket',
    name: 'The long blanket',
    category: 'warm',
    priceCents: 9200,
    tagline: 'Covers shoulders and toes at once.',
    description:
      'Somebody finally measured a person lying down. Two metres and forty of undyed wool in a weave that holds warm air and lets go of worries.',
    facts: ['Undyed wool, brushed twice', '140 × 240 cm', 'Air it out, never tumble'],
  },
  {
    id: 'pocket-radio',
    name: 'Pocket radio',
    category: 'quiet',
    priceCents: 7400,
    tagline: 'Three stations, all of them kind.',
    description:
      'Rain, the shipping forecast, and a woman reading gardening letters. One dial, one loudspeaker and no way of hearing any news whatsoever.',
    facts: ['Walnut shell, brass dial', '11 × 7 cm', 'Two AA cells last a winter'],
  },
  {
    id: 'beeswax-trio',
    name: 'Beeswax trio',
    category: 'light',
    priceCents: 2600,
    tagline: 'Short, middling and tall.',
    description:
      'Three candles for three kinds of evening: a bath, a supper, and the sort where nobody wants to be the first to go home.',
    facts: ['Pure beeswax, cotton wick', 'Burns 4, 9 and 16 hours', 'Smells faintly of July'],
  },
  {
    id: 'night-mug',
    name: 'Night mug',
    category: 'sip',
    priceCents: 1800,
    tagline: 'Stars come out when it is hot.',
    description:
      'Pour in something warm and the glaze clears to show eleven constellations, two of them made up. They fade as you reach the bottom.',
    facts: ['Stoneware', '320 ml', 'Dishwasher, top rack, if you must'],
  },
  {
    id: 'felt-slippers',
    name: 'Felt slippers',
    category: 'warm',
    priceCents: 3800,
    tagline: 'For corridors at 2 a.m.',
    description:
      'Soles so soft that floorboards forget to creak. The left one and the right one are the same, so there is no wrong way to step out of bed.',
    facts: ['Wool felt, suede sole', 'Sizes 36–46, both feet included', 'Hand wash'],
    guide: { label: 'Size guide', path: '/help/slipper-sizes' },
  },
  {
    id: 'dream-notebook',
    name: 'Dream notebook',
    category: 'quiet',
    priceCents: 1400,
    tagline: 'Opens flat in the dark.',
    description:
      'Faintly luminous lines, a pencil that lives in the spine, and a blank page on the left for drawing the staircase that was not there.',
    facts: ['160 pages, 100 g paper', 'A5, sewn binding', 'Pencil included'],
  },
  {
    id: 'one-more-page',
    name: 'One more page',
    category: 'light',
    priceCents: 2900,
    tagline: 'A reading light that gives in.',
    description:
      'Clips to the book, minds its own half of the bed, and goes out by itself after you have not turned a page for seven minutes.',
    facts: ['Aluminium, felt clip', 'Warm white, 2,400 K', 'USB-C, 30 hours'],
  },
  {
    id: 'chamomile-tin',
    name: 'Chamomile tin',
    category: 'sip',
    priceCents: 1200,
    tagline: 'Whole flowers, no hurry.',
    description:
      'Grown on one slope, dried in one loft, and packed with the tin tapped twice so that there is always a little more in it than it says.',
    facts: ['80 g of whole flowers', 'About forty cups', 'Keeps for a year, never does'],
  },
  {
    id: 'door-cat',
    name: 'Door cat',
    category: 'warm',
    priceCents: 3200,
    tagline: 'Keeps the draught on its side.',
    description:
      'Two kilos of buckwheat in a corduroy coat. Asleep since 2019, holds any door in any position, and has never once asked to be let out.',
    facts: ['Cotton corduroy, buckwheat', '34 cm, mostly tail', 'Answers to nothing'],
  },
  {
    id: 'quiet-clock',
    name: 'Quiet clock',
    category: 'quiet',
    priceCents: 4600,
    tagline: 'Has an hour hand. That is all.',
    description:
      'No tick, no seconds, no alarm. It will tell you that it is somewhere between three and four, which at that time of night is all there is to know.',
    facts: ['Lacquered ash', '18 cm across', 'One AA cell, silent sweep'],
  },
];

const byId = new Map(PRODUCTS.map((product) => [product.id, product]));

/** The product with an id, if there is one. */
export function findProduct(id: string): Product | undefined {
  return byId.get(id);
}
