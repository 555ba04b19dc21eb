export interface Story {
  readonly slug: string;
  readonly desk: string;
  readonly title: string;
  readonly standfirst: string;
  readonly by: string;
  readonly minutes: number;
  readonly paragraphs: readonly string[];
}

export const STORIES: readonly Story[] = [
  {
    slug: 'the-lamplighters',
    desk: 'City',
    title: 'The last lamplighters of Harbour Street',
    standfirst:
      'Forty-one gas lamps are left, and two people who know which of them sulk in the rain.',
    by: 'Ida Morrow',
    minutes: 6,
    paragraphs: [
      'At ten to five Ansel Brandt takes the pole from its hook, although the lamps have had clocks since 1987. The clocks, he says, do not look up.',
      'There are forty-one of them between the fish hall and the customs house. Seventeen are older than the street’s name. Number nine goes out when the wind is from the east, and nobody has found out why.',
      'The council has voted on it three times. Each time somebody brought a photograph of the street in fog, and each time the vote was put off until spring.',
    ],
  },
  {
    slug: 'a-library-of-keys',
    desk: 'People',
    title: 'A library that lends keys',
    standfirst: 'You may have the rehearsal room, the kiln or the roof, for a week, on your card.',
    by: 'Tomas Reil',
    minutes: 4,
    paragraphs: [
      'The drawer that used to hold the catalogue cards holds forty hooks now. The roof is the most wanted, and has a waiting list until March.',
      'Nothing has been lost so far but one key to a piano, which came back by post with an apology and a recording.',
    ],
  },
  {
    slug: 'bread-at-midnight',
    desk: 'Table',
    title: 'Why the best bread is sold at midnight',
    standfirst: 'The ovens on Mill Lane open when everything else has closed. There is a queue.',
    by: 'Nour Haddad',
    minutes: 5,
    paragraphs: [
      'It began with a broken cooling rack. The loaves could not wait until morning, so the door was opened, and the night shift of the hospital walked by.',
      'Eleven years later there are three bakeries on the lane, and none of them sells anything before eleven at night.',
    ],
  },
];

export const storyOf = (slug: string): Story | undefined =>
  STORIES.find((story) => story.slug === slug);
