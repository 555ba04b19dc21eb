import { isAlphanumericAt, isDigitAt, isWordAt, type Find } from './find.js';

/** Digits that stand together, and what stands between them and the group before. */
interface Group {
  readonly start: number;
  readonly end: number;
  readonly gap: string;
}

/** Groups that only short gaps separate: where a phone number may be, among others. */
type Run = readonly Group[];

/**
 * Phone numbers in a text, as people write them: international ones (`+55 11 99999-8888`), and national ones whose shape says so
 * (`(11) 99999-8888`, `555-123-4567`, `020 7946 0958`). Digits without a shape are orders, prices or times, and stay;
 * where only a key tells, see `keyKind`. One pass over the text, and a bounded look ahead from each group.
 */
export function findPhones(text: string): Find[] {
  const finds: Find[] = [];
  for (let index = 0; index < text.length; index += 1) {
    if (!isDigitAt(text, index)) continue;
    const { end, digits } = measureRun(text, index);
    if (digits >= LEAST_DIGITS) findInRun(text, readRun(text, index), finds);
    index = end;
  }
  return finds;
}

/** The shortest number that has a shape. */
const LEAST_DIGITS = 7;

function findInRun(text: string, run: Run, finds: Find[]): void {
  for (let place = 0; place < run.length; place += 1) {
    const found = phoneAt(text, run, place);
    if (!found) continue;
    finds.push(found.find);
    place = found.last;
  }
}

/** Most runs are short, and are not read at all. */
function measureRun(text: string, from: number): { readonly end: number; readonly digits: number } {
  let digits = 0;
  let end = from;
  for (;;) {
    const start = end;
    while (isDigitAt(text, end)) end += 1;
    digits += end - start;
    const next = endOfGap(text, end);
    if (next === end || !isDigitAt(text, next)) return { end, digits };
    end = next;
  }
}

function endOfGap(text: string, from: number): number {
  let end = from;
  while (end < from + 2 && isGapAt(text, end)) end += 1;
  return end;
}

function isGapAt(text: string, index: number): boolean {
  switch (text.charCodeAt(index)) {
    case 0x20: // space
    case 0xa0: // no-break space
    case 0x28: // (
    case 0x29: // )
    case 0x2d: // -
    case 0x2e: // .
    case 0x2f: // /
      return true;
    default:
      return false;
  }
}

/** Between the groups of one number stand two characters at most. */
function readRun(text: string, from: number): Group[] {
  const run: Group[] = [];
  let start = from;
  let gapStart = from;
  for (;;) {
    let end = start;
    while (isDigitAt(text, end)) end += 1;
    run.push({ start, end, gap: text.slice(gapStart, start) });
    const next = endOfGap(text, end);
    if (next === end || !isDigitAt(text, next)) return run;
    gapStart = end;
    start = next;
  }
}

function phoneAt(text: string, run: Run, place: number) {
  const first = run[place];
  if (!first) return null;
  const start = startOf(text, first.start);
  if (!isApartBefore(text, start)) return null;
  for (const shape of SHAPES) {
    const count = shape(text, run, place);
    const last = run[place + count - 1];
    if (count === 0 || !last) continue;
    const isSaid = shape === international || shape === linked;
    if (isSaid ? isWordAt(text, last.end) : !isApartAfter(text, last.end)) continue;
    return {
      find: { kind: 'phone', start, end: last.end } satisfies Find,
      last: place + count - 1,
    };
  }
  return null;
}

/** With the plus sign, and the bracket that opens. */
function startOf(text: string, first: number): number {
  let start = first;
  if (text[start - 1] === '(' && text.slice(start, start + 8).includes(')')) start -= 1;
  if (text[start - 1] === '+') start -= 1;
  return start;
}

/** `#555-123-4567` is an order, `$555 123 4567` a price, `12:555…` a part of something longer. */
function isApartBefore(text: string, start: number): boolean {
  if (start === 0) return true;
  const before = text[start - 1] ?? '';
  if (isWordAt(text, start - 1) || '#$€£¥@%-+'.includes(before)) return false;
  return !(':,./'.includes(before) && isDigitAt(text, start - 2));
}

function isApartAfter(text: string, end: number): boolean {
  const after = text[end] ?? ' ';
  if (isWordAt(text, end) || '-%'.includes(after)) return false;
  return !('.,:/'.includes(after) && isDigitAt(text, end + 1));
}

/** How many groups make a phone number from this one on. 0: none. */
type Shape = (text: string, run: Run, place: number) => number;

const lengthsFrom = (run: Run, place: number, count: number): readonly number[] =>
  run.slice(place, place + count).map(({ start, end }) => end - start);

/** `+55 11 99999-8888`. Digits go on until there are enough: a space may begin something else. */
const international: Shape = (text, run, place) => {
  const first = run[place];
  if (!first || text[startOf(text, first.start)] !== '+' || text[first.start] === '0') return 0;
  return absorb(run, place, { most: 15, single: 9, enough: 11 });
};

/** `0055 11 99999-8888`, in groups: without them it may be a number with leading zeros. */
const dialled: Shape = (text, run, place) => {
  const first = run[place];
  if (!first || !/^00[1-9]/.test(text.slice(first.start, first.start + 3))) return 0;
  const count = absorb(run, place, { most: 17, single: Infinity, enough: 13 });
  return digitsOf(run, place, count) >= 11 ? count : 0;
};

/** `tel:5551234567`: its scheme says what it is. */
const linked: Shape = (text, run, place) => {
  const first = run[place];
  if (!first) return 0;
  const start = startOf(text, first.start);
  if (!/(?:\btel:|\bsms:|\bcallto:|\bwa\.me\/)$/i.test(text.slice(Math.max(0, start - 8), start)))
    return 0;
  return absorb(run, place, { most: 15, single: 7, enough: 11 });
};

/** Takes groups while there is room; once there are digits enough, a space begins something else. */
function absorb(
  run: Run,
  place: number,
  {
    most,
    single,
    enough,
  }: { readonly most: number; readonly single: number; readonly enough: number },
): number {
  let digits = 0;
  let count = 0;
  for (const { start, end, gap } of run.slice(place, place + 8)) {
    const isWhole = digits >= enough || (count === 1 && digits >= 9);
    if (count > 0 && (digits + end - start > most || (isWhole && /^[ \u00a0]/.test(gap)))) break;
    digits += end - start;
    count += 1;
  }
  if (digits > most) return 0;
  return digits >= (count === 1 ? single : 8) ? count : 0;
}

function digitsOf(run: Run, place: number, count: number): number {
  return lengthsFrom(run, place, count).reduce((sum, length) => sum + length, 0);
}

/** `(11) 99999-8888`, `(555) 123-4567`, `(495) 123-45-67`, `(030) 1234567`. */
const bracketed: Shape = (text, run, place) => {
  const first = run[place];
  if (!first || text[first.start - 1] !== '(' || text[first.end] !== ')') return 0;
  if (isAlphanumericAt(text, first.start - 2)) return 0;
  const [area = 0, ...rest] = lengthsFrom(run, place, 4);
  if (area < 2 || area > 5) return 0;
  const lengths = rest.join(' ');
  if (/^[345] 4(?: |$)/.test(lengths))
    return isYears(text, run, place + 1) ? 0 : enough(run, place, 3);
  if (/^(?:1 4 4|3 2 2)$/.test(lengths)) return enough(run, place, 4);
  return /^[6-9](?: |$)/.test(lengths) ? enough(run, place, 2) : 0;
};

function enough(run: Run, place: number, count: number): number {
  const digits = digitsOf(run, place, count);
  return digits >= 9 && digits <= 12 ? count : 0;
}

/** `555-123-4567`, as in North America; one separator throughout. */
const american: Shape = (text, run, place) => {
  const hasCountry = /^1(?:\D|$)/.test(text.slice(run[place]?.start, run[place]?.end));
  const area = hasCountry ? place + 1 : place;
  const isShaped =
    lengthsFrom(run, area, 3).join(' ') === '3 3 4' &&
    /[2-9]/.test(text[run[area]?.start ?? -1] ?? '');
  const count = area - place + 3;
  return isShaped && hasOneGap(run, place, count, /^[-. \u00a0]$/) ? count : 0;
};

/** `11 99999-8888`, `11 9 9999-8888`: a space, then a hyphen. */
const brazilian: Shape = (text, run, place) => {
  const first = run[place];
  if (!first || text[first.start] === '0') return 0;
  const lengths = lengthsFrom(run, place, 4);
  const gaps = run.slice(place + 1, place + 4).map(({ gap }) => gap);
  const [area, second = 0, third, fourth] = lengths;
  if (area !== 2 || gaps[0] !== ' ') return 0;
  if ((second === 4 || second === 5) && third === 4 && gaps[1] === '-') {
    return isYears(text, run, place + 1) ? 0 : 3;
  }
  return second === 1 && third === 4 && fourth === 4 && gaps[1] === ' ' && gaps[2] === '-' ? 4 : 0;
};

const TRUNK: ReadonlySet<string> = new Set(['2 4 4', '3 4 4', '4 3 4', '4 3 3', '3 3 4', '5 3 3']);

/** `020 7946 0958`, `01 23 45 67 89`, `0171 1234567`: a zero before the area. */
const withTrunkZero: Shape = (text, run, place) => {
  const first = run[place];
  if (!first || !/^0[1-9]/.test(text.slice(first.start, first.start + 2))) return 0;
  const isNext = (count: number) => {
    const next = run[place + count];
    return !next || /^[ \u00a0]$/.test(next.gap);
  };
  if (lengthsFrom(run, place, 5).join(' ') === '2 2 2 2 2' && isNext(5)) {
    return hasOneGap(run, place, 5, /^[ .\-\u00a0]$/) ? 5 : 0;
  }
  if (TRUNK.has(lengthsFrom(run, place, 3).join(' ')) && isNext(3)) {
    return hasOneGap(run, place, 3, /^[ .\-/\u00a0]$/) ? 3 : 0;
  }
  const [area = 0, number = 0] = lengthsFrom(run, place, 2);
  const isTwo = area >= 3 && area <= 5 && number >= 6 && number <= 8 && area + number <= 12;
  return isTwo && isNext(2) && hasOneGap(run, place, 2, /^[ /\u00a0]$/) ? 2 : 0;
};

function hasOneGap(run: Run, place: number, count: number, like: RegExp): boolean {
  const gaps = run.slice(place + 1, place + count).map(({ gap }) => gap);
  return gaps.every((gap) => gap === gaps[0] && like.test(gap));
}

/** `(10) 2024-2025` is no number to call. */
function isYears(text: string, run: Run, place: number): boolean {
  return run
    .slice(place, place + 2)
    .every(({ start, end }) => /^(?:19|20)\d\d$/.test(text.slice(start, end)));
}

const SHAPES: readonly Shape[] = [
  international,
  linked,
  dialled,
  bracketed,
  american,
  brazilian,
  withTrunkZero,
];
