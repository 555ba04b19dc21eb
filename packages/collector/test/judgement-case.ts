/** How `vectors/judgements.json` writes an event that would be too long to write out. */
export interface JudgementCase {
  readonly event?: unknown;
  readonly json?: string;
  readonly repeat?: { readonly path: string; readonly text: string; readonly times: number };
  readonly keys?: { readonly path: string; readonly count: number };
  readonly keyOfLength?: { readonly path: string; readonly length: number };
  readonly nest?: { readonly path: string; readonly levels: number };
}

type Bag = Record<string, unknown>;

/** Builds the event that a golden judgement describes. */
export function buildJudgementCase(vector: JudgementCase): unknown {
  if (vector.json !== undefined) return JSON.parse(vector.json) as unknown;
  const event = structuredClone(vector.event);
  const { repeat, keys, keyOfLength, nest } = vector;
  if (repeat) {
    const [parent, name] = locate(event as Bag, repeat.path);
    parent[name] = repeat.text.repeat(repeat.times);
  }
  if (keys) {
    const [parent, name] = locate(event as Bag, keys.path);
    parent[name] = Object.fromEntries(
      Array.from({ length: keys.count }, (_, n) => [`key_${n}`, n]),
    );
  }
  if (keyOfLength) {
    const [parent, name] = locate(event as Bag, keyOfLength.path);
    parent[name] = { ['k'.repeat(keyOfLength.length)]: 1 };
  }
  if (nest) {
    const [parent, name] = locate(event as Bag, nest.path);
    let value: unknown = 1;
    for (let level = 0; level < nest.levels; level += 1) value = { inner: value };
    parent[name] = value;
  }
  return event;
}

function locate(root: Bag, path: string): [Bag, string] {
  const names = path.split('.');
  const last = names.pop() ?? '';
  return [names.reduce((bag, name) => bag[name] as Bag, root), last];
}
