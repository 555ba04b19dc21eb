/** One call of a stack. */
export interface Frame {
  /** Empty where it has no name. */
  readonly name: string;
  /** Without query and fragment. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const LINE_LENGTH = 1_024;
/** Chromium and Edge: `at name (file:1:2)`, `at file:1:2`. */
const CHROMIUM = /^\s*at (?:(.*?) ?\()?(\S*?):(\d+):(\d+)\)?$/;
/** Firefox and Safari: `name@file:1:2`, `@file:1:2`, `file:1:2`. A file may hold an @ as well. */
const OTHERS = /^(?:(.*?)@(?=[\w-]+:))?(\S+?):(\d+):(\d+)$/;

/** Reads the calls of a stack as Chromium, Firefox and Safari write it, innermost first. What is built into the browser is left out. */
export function parseStack(stack: string, most = 50): readonly Frame[] {
  const frames: Frame[] = [];
  for (const text of stack.split('\n')) {
    if (frames.length >= most) break;
    if (text.length > LINE_LENGTH) continue;
    const line = text
      // Code made of text is at the place that made it.
      .replace(/\(eval at .*?\((\S+:\d+:\d+)\).*/, '($1)')
      .replace(/ line (\d+) > .*:(\d+)$/, ':$1:$2');
    const [, name = '', file = '', row, column] = CHROMIUM.exec(line) ?? OTHERS.exec(line) ?? [];
    if (file)
      frames.push({
        name,
        file: file.replace(/[?#].*/, ''),
        line: Number(row),
        column: Number(column),
      });
  }
  return frames;
}
