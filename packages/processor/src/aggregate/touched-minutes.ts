/** A minute of a project, in which something was stored. */
export interface TouchedMinute {
  readonly tenant_id: string;
  readonly project_id: string;
  /** When it begins, epoch milliseconds. */
  readonly minute: number;
}

/** Minutes that are to be read again, each once, the one that has waited longest first. */
export interface TouchedMinutes {
  /** Whether there was room for it. */
  add(minute: TouchedMinute): boolean;
  /** Takes the first ones out. */
  take(most: number): readonly TouchedMinute[];
  size(): number;
}

export const MINUTE_MS = 60_000;

export function createTouchedMinutes(capacity: number): TouchedMinutes {
  const touched = new Map<string, TouchedMinute>();
  return {
    add(minute) {
      const key = `${minute.tenant_id}\n${minute.project_id}\n${minute.minute}`;
      if (touched.size >= capacity && !touched.has(key)) return false;
      touched.set(key, minute);
      return true;
    },
    take(most) {
      const taken: TouchedMinute[] = [];
      for (const [key, minute] of touched) {
        if (taken.length === most) break;
        taken.push(minute);
        touched.delete(key);
      }
      return taken;
    },
    size: () => touched.size,
  };
}
