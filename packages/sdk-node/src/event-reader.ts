/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Reads server-sent events out of text as it comes. */
export interface EventReader {
  /** False where what comes is no such stream: a line without an end. */
  feed(text: string): boolean;
}

/** Longer than any event of ours. */
const MOST_CHARACTERS = 65_536;

/** Creates it. Comments, ids and retry times are passed over. */
export function createEventReader(onEvent: (event: ServerEvent) => void): EventReader {
  let rest = '';
  let event = '';
  let data: string[] = [];
  let size = 0;

  const readLine = (line: string) => {
    if (line === '') {
      if (data.length > 0) onEvent({ event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      size = 0;
      return;
    }
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'event') event = value;
    if (name === 'data') {
      data.push(value);
      size += value.length;
    }
  };

  return {
    feed(text) {
      // A line may end in the middle of its CR and LF: the LF is waited for.
      const isCut = text.endsWith('\r');
      const lines = (rest + (isCut ? text.slice(0, -1) : text)).split(/\r\n|\n|\r/);
      rest = (lines.pop() ?? '') + (isCut ? '\r' : '');
      for (const line of lines) readLine(line);
      return rest.length + size < MOST_CHARACTERS;
    },
  };
}
