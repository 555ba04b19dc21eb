/** What is seen as nothing, or as something else than it is: a file that people read says it by its number. */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;

/** A value as TypeScript has it as a type. */
export const printLiteral = (value: string | number | boolean | null): string =>
  JSON.stringify(value).replace(INVISIBLE, (each) =>
    Array.from({ length: each.length }, (_, index) => {
      const unit = each.charCodeAt(index).toString(16).padStart(4, '0');
      return `\\u${unit}`;
    }).join(''),
  );

/** A member's name: as it is where it may stand so, else as text. */
const printName = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : printLiteral(name);

/** One of several types. */
export const printUnion = (types: readonly string[]): string => {
  const different = [...new Set(types)];
  return different.includes('unknown') ? 'unknown' : different.join(' | ') || 'never';
};

export const printArray = (type: string): string =>
  `readonly ${/^\w+$/.test(type) ? type : `(${type})`}[]`;

/** A member of an object's type. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly isOptional?: boolean;
  readonly said?: Said;
}

/** What people have said of something. */
export interface Said {
  readonly texts: readonly (string | undefined)[];
  /** True, or why. */
  readonly deprecated?: boolean | string | undefined;
}

/** Members in the order they are given, each with what is said of it. `isOpen`: it takes others, too. */
export function printMembers(
  members: readonly Member[],
  { indent, isOpen = false }: { readonly indent: string; readonly isOpen?: boolean },
): string {
  const printed = members.map(({ name, type, isOptional = false, said }) => {
    // Who says `undefined` says nothing: it is left out of what is sent.
    const value = isOptional && type !== 'unknown' ? `${type} | undefined` : type;
    return `${printSaid(said, indent)}${indent}${printName(name)}${isOptional ? '?' : ''}: ${value};\n`;
  });
  // `any`: with `unknown` it would not take what an interface describes, which has no names but its own.
  return printed.join('') + (isOpen ? `${indent}[property: string]: any;\n` : '');
}

/** An object's type, whose members stand two spaces further in than `indent`. */
export function printObject(
  members: readonly Member[],
  { indent, isOpen = false }: { readonly indent: string; readonly isOpen?: boolean },
): string {
  if (members.length === 0) return isOpen ? '{ [property: string]: any }' : 'Record<string, never>';
  return `{\n${printMembers(members, { indent: `${indent}  `, isOpen })}${indent}}`;
}

/** A comment before what it is about, or nothing. What people write can neither end it nor be taken for a tag. */
function printSaid(said: Said | undefined, indent: string): string {
  const { texts = [], deprecated = false } = said ?? {};
  const lines = texts
    .flatMap((text) => (text ?? '').split(LINE_BREAK))
    .map((line) =>
      line
        .trim()
        .replace(INVISIBLE, ' ')
        .replaceAll('*/', String.raw`*\/`)
        .replace(/^@/, String.raw`\@`),
    )
    .filter((line) => line !== '');
  if (deprecated)
    lines.push(typeof deprecated === 'string' ? `@deprecated ${deprecated}` : '@deprecated');
  const [only, ...others] = lines;
  if (only === undefined) return '';
  if (others.length === 0) return `${indent}/** ${only} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

/** By code unit, which is the same everywhere. */
export const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
