import { parseStack, type Frame } from './parse-stack.js';

/** One thing thrown, as an event says it. */
export interface ThrownError {
  /** The error's name; of what is no error, what it is instead: `String`, `Object`, `Undefined`. */
  readonly type: string;
  readonly message: string;
  /** `name@file:line:column`, innermost first. */
  readonly frames: readonly string[];
}

/** A thrown thing with what caused it. */
export interface ErrorDescription extends ThrownError {
  /** Its `cause` and that one's, and the errors of an AggregateError: five at most. */
  readonly causes?: readonly ThrownError[];
  /** The same for the same mistake, as far as can be told, in every browser and every build. */
  readonly group: string;
  /** A browser extension is in the stack: perhaps none of the page's. */
  readonly extension?: true;
  /** From another origin's script without CORS: the browser tells nothing of it. */
  readonly cross_origin?: true;
}

const MESSAGE_LENGTH = 1_024;
const CAUSES = 5;
/** Of all stacks of one description, so that the event fits into a request. */
const FRAMES = 50;
const CHARACTERS = 24_000;

/** Describes whatever was thrown. `place` is where, if it has no stack of its own: `@file:line:column`. */
export function describeError(thrown: unknown, place = ''): ErrorDescription {
  const chain: ThrownError[] = [];
  let calls: readonly Frame[] = [];
  let room = CHARACTERS;

  const visit = (thrown: unknown) => {
    if (chain.length > CAUSES) return;
    const { name, message, stack, cause, errors } = Object(thrown) as Readonly<
      Record<string, unknown>
    >;
    const isError = typeof message === 'string';
    const isTold = typeof stack === 'string' && stack !== '';
    const found = parseStack(isTold ? stack : chain.length > 0 ? '' : place, FRAMES);
    if (chain.length === 0) calls = found;
    const frames: string[] = [];
    for (const { name, file, line, column } of found) {
      const frame = `${name}@${file}:${line}:${column}`;
      if ((room -= frame.length) < 0) break;
      frames.push(frame);
    }
    chain.push({
      type:
        isError && typeof name === 'string'
          ? name
          : Object.prototype.toString.call(thrown).slice(8, -1),
      message: (isError
        ? message
        : typeof thrown === 'object' && thrown
          ? Object.keys(thrown).join()
          : String(thrown)
      ).slice(0, MESSAGE_LENGTH),
      frames,
    });
    if (cause !== undefined) visit(cause);
    if (Array.isArray(errors)) errors.forEach(visit);
  };
  visit(thrown);

  const [first, ...causes] = chain as [ThrownError, ...ThrownError[]];
  return {
    ...first,
    ...(causes.length > 0 ? { causes } : {}),
    group: groupOf(first, calls),
    ...(calls.some(({ file }) => EXTENSION.test(file)) ? { extension: true } : {}),
    ...(/^script error\.?$/i.test(first.message) && calls.length === 0
      ? { cross_origin: true }
      : {}),
  };
}

const EXTENSION = /^[\w-]*extension:/;
/** Whose calls say nothing of a mistake: extensions, and Node's own, which its versions change. */
const FOREIGN = /^([\w-]*extension|node):/;
/** Of the calls that lead to a mistake the last few are its own; the rest is who came by. */
const GROUP_FRAMES = 3;

/** Addresses, quotes, whatever holds a digit, and names so short that a minifier may have made them. */
const VARIABLE = /\w+:\/\/\S+|(["'`]).*?\1|[\w$-]*\d[\w$-]*|[\w$]+(?<![\w$]{3})/g;

function groupOf({ type, message }: ThrownError, calls: readonly Frame[]): string {
  const own = calls.filter(({ file }) => !FOREIGN.test(file)).slice(0, GROUP_FRAMES);
  const where = own.map(({ name, file }) => {
    // `new Cart`, `Object.add [as push]`, `async add` and `add/<` are one name to all browsers.
    const [last = ''] = /[\w$]{4,}(?=\W*$)/.exec(name.replace(/ \[.*/, '')) ?? [];
    // Without host, folder, and the digest of its contents.
    return last + '@' + file.replace(/.*\//, '').replace(/[-.][\w-]{8,}(?=\.)|\d+/g, '');
  });
  return digest([type, message.replace(VARIABLE, '*'), ...where].join('\n'));
}

/** FNV-1a, from two beginnings: 64 bits. */
function digest(text: string): string {
  const half = (hash: number) => {
    for (let index = 0; index < text.length; index++)
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return half(0x811c9dc5) + half(0);
}
