/** What a database of tests says of a network: texts and maps of them, in lists where need be. */
export type MmdbValue =
  string | number | readonly MmdbValue[] | { readonly [key: string]: MmdbValue };

const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const SEPARATOR = Buffer.alloc(16);

/** The bytes of a small database in the MaxMind format (version 2.0), of IPv4 networks such as `81.2.69.0/24`. */
export function mmdb(
  networks: Readonly<Record<string, MmdbValue>>,
  databaseType = 'Test-City',
): Buffer {
  type Node = [left: Child, right: Child];
  type Child = Node | { readonly at: number } | null;
  const nodes: Node[] = [[null, null]];
  const data: Buffer[] = [];
  let length = 0;

  for (const [network, value] of Object.entries(networks)) {
    const [address = '', bits = '32'] = network.split('/');
    const path = address
      .split('.')
      .flatMap((octet) => Number(octet).toString(2).padStart(8, '0').split(''));
    let node = nodes[0] as Node;
    for (const bit of path.slice(0, Number(bits) - 1)) {
      const side = bit === '1' ? 1 : 0;
      let next = node[side];
      if (!Array.isArray(next)) nodes.push((next = node[side] = [null, null]));
      node = next;
    }
    node[path[Number(bits) - 1] === '1' ? 1 : 0] = { at: length };
    const bytes = encode(value);
    data.push(bytes);
    length += bytes.length;
  }

  const numbers = new Map(nodes.map((node, index) => [node, index]));
  const tree = Buffer.alloc(nodes.length * 6);
  const pointer = (child: Child): number => {
    if (child === null) return nodes.length;
    return Array.isArray(child)
      ? (numbers.get(child) ?? 0)
      : nodes.length + SEPARATOR.length + child.at;
  };
  nodes.forEach(([left, right], index) => {
    tree.writeUIntBE(pointer(left), index * 6, 3);
    tree.writeUIntBE(pointer(right), index * 6 + 3, 3);
  });
  const metadata = encode({
    node_count: nodes.length,
    record_size: 24,
    ip_version: 4,
    database_type: databaseType,
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
    description: { en: 'of tests' },
  });
  return Buffer.concat([tree, SEPARATOR, ...data, MARKER, metadata]);
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([control(2, bytes.length), bytes]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) {
    return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, each]) => [encode(key), encode(each)]),
  ]);
}

function control(type: number, size: number): Buffer {
  if (size > 28) throw new Error('keep what tests write short');
  return type > 7 ? Buffer.from([size, type - 7]) : Buffer.from([(type << 5) | size]);
}
