/**
 * Where the time of a batch goes: what passed since the last lap counts for the lap's name, as CPU time of this process, in
 * milliseconds; neighbours on the machine do not count. What is too short to ask the system for, event by event, is told apart by the
 * clock (`glance`), and has its share of the lap it is in.
 */
export function createStages() {
  const ms = new Map();
  let glances = new Map();
  let cpu = process.cpuUsage();
  let glancedAt = 0;

  const add = (name, value) => ms.set(name, (ms.get(name) ?? 0) + value);

  function lap(name) {
    const { user, system } = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    const spent = (user + system) / 1_000;
    if (glances.size > 0) {
      glance(name);
      const all = [...glances.values()].reduce((sum, each) => sum + each, 0);
      for (const [part, each] of glances) add(part, (spent * each) / all);
      glances = new Map();
    } else {
      add(name, spent);
    }
    glancedAt = performance.now();
  }

  function glance(name) {
    const now = performance.now();
    glances.set(name, (glances.get(name) ?? 0) + now - glancedAt);
    glancedAt = now;
  }

  return {
    lap,
    glance,
    /** Whether anything was glanced at since the last lap. */
    isBegun: () => glances.size > 0,
    start() {
      cpu = process.cpuUsage();
      glancedAt = performance.now();
    },
    /** Calls go through, and count for `name`; what passed before one counts for `before`. */
    around:
      (call, { before, name }) =>
      async (...given) => {
        lap(before);
        try {
          return await call(...given);
        } finally {
          lap(name);
        }
      },
    take() {
      const taken = new Map(ms);
      ms.clear();
      return taken;
    },
  };
}
