/** What a file of types says, by what it is of: a member of an interface. */
type Entries = ReadonlyMap<string, string>;

/** Says, line by line, what `after` has otherwise than `before`; empty where both say the same. */
export function compareTypes(before: string, after: string): readonly string[] {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  const lines = [
    ...[...now].flatMap(([name, text]) =>
      old.get(name) === text ? [] : [`${old.has(name) ? '~' : '+'} ${name}`],
    ),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `- ${name}`),
  ];
  if (lines.length > 0 || withoutReturns(before) === withoutReturns(after)) return lines;
  return ['~ how it is written: another version of px wrote it, or somebody by hand'];
}

function entriesOf(file: string): Entries {
  const entries = new Map<string, string>();
  let part = '';
  let lines: string[] = [];
  for (const line of withoutReturns(file).split('\n')) {
    const [, named] = /^export interface Px(\w+) \{$/.exec(line) ?? [];
    if (named !== undefined) {
      // `Flags`: what it has is a flag.
      part = named.toLowerCase().replace(/s$/, '');
      lines = [];
      continue;
    }
    lines.push(line);
    // A member ends at its own depth, whatever stands within it.
    if (!/^ {2}\S.*;$/.test(line) || part === '') continue;
    const [, name] = MEMBER.exec(lines.find((each) => MEMBER.test(each)) ?? '') ?? [];
    if (name !== undefined) entries.set(`${part} ${name}`, lines.join('\n'));
    lines = [];
  }
  return entries;
}

const MEMBER = /^ {2}("(?:[^"\\]|\\.)*"|[\w$]+): /;
/** Git may check the file out with others. */
const withoutReturns = (text: string) => text.replaceAll('\r\n', '\n');
