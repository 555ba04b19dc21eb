import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux everywhere: `getconf CLK_TCK`. */
const TICKS_PER_SECOND = 100;

/** CPU seconds of a process so far, of all its threads and children; null where the system does not tell. */
export function cpuSecondsOf(pid) {
  try {
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(name) ?? [])
      .filter(({ parent }) => parent === pid);
    const own = statOf(pid);
    return own
      ? [own, ...children].reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND
      : null;
  } catch {
    return null;
  }
}

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // With what ended children have used.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return null;
  }
}
