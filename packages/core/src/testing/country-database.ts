import { addressGroups } from "../policy/address-groups.ts";

const GROUP_BITS = 16;
const NODE_BYTES = 8;
const SEPARATOR_BYTES = 16;
const [STRING, UINT16, UINT32, MAP, UINT64, ARRAY] = [2, 5, 6, 7, 9, 11];

/** A branch of the tree: another node, a record, or nothing. */
type Branch = Node | { readonly country: string } | undefined;
type Node = [Branch, Branch];

/**
 * A file in MaxMind's format with these CIDR blocks (MaxMind DB format 2.0). Where blocks overlap, later ones must be
 * inside earlier ones.
 * @param recordOf the record of a country; default: as in GeoLite2-Country
 */
export function countryDatabase(
  blocks: Readonly<Record<string, string>>,
  { ipVersion = 6, recordOf = (country) => ({ country: { iso_code: country } }) }: CountryDatabaseOptions = {},
): Buffer {
  const root: Node = [undefined, undefined];
  for (const [block, country] of Object.entries(blocks)) put(root, bitsOf(block, ipVersion), { country });
  const nodes: Node[] = [];
  collect(root, nodes);
  const data = new Map<string, number>();
  const records: Buffer[] = [];
  let size = 0;
  for (const country of new Set(Object.values(blocks))) {
    const record = encode(recordOf(country));
    data.set(country, size);
    records.push(record);
    size += record.length;
  }
  const valueOf = (branch: Branch): number => {
    if (branch === undefined) return nodes.length;
    if (Array.isArray(branch)) return nodes.indexOf(branch);
    return nodes.length + SEPARATOR_BYTES + (data.get(branch.country) ?? 0);
  };
  const tree = Buffer.alloc(nodes.length * NODE_BYTES);
  for (const [at, node] of nodes.entries()) {
    for (const side of [0, 1] as const) tree.writeUInt32BE(valueOf(node[side]), at * NODE_BYTES + side * 4);
  }
  const description = encode({
    node_count: nodes.length,
    record_size: 32,
    ip_version: ipVersion,
    database_type: "Test-Country",
    languages: ["en"],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_780_000_000n,
    description: { en: "Countries of a test" },
  });
  const mark = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR_BYTES), ...records, mark, description]);
}

interface CountryDatabaseOptions {
  ipVersion?: 4 | 6;
  recordOf?: (country: string) => Value;
}

function put(root: Node, bits: readonly (0 | 1)[], record: { country: string }): void {
  let node = root;
  for (const bit of bits.slice(0, -1)) {
    const next = node[bit];
    const below: Node = Array.isArray(next) ? next : [next, next];
    node[bit] = below;
    node = below;
  }
  const last = bits.at(-1);
  if (last !== undefined) node[last] = record;
}

function collect(node: Node, nodes: Node[]): void {
  nodes.push(node);
  for (const branch of node) if (Array.isArray(branch)) collect(branch, nodes);
}

/** IPv4 is at `::/96` in an IPv6 tree. */
function bitsOf(block: string, ipVersion: 4 | 6): (0 | 1)[] {
  const [address = "", prefix] = block.split("/");
  const isV4 = !address.includes(":");
  const groups = addressGroups(address) ?? [];
  const all = (isV4 ? [0, 0, 0, 0, 0, 0, ...groups.slice(6)] : groups).flatMap((group) =>
    Array.from({ length: GROUP_BITS }, (_, at): 0 | 1 => (((group >> (GROUP_BITS - 1 - at)) & 1) === 1 ? 1 : 0)),
  );
  const width = isV4 ? 32 : 128;
  const length = Number(prefix ?? width) + (isV4 ? 96 : 0);
  return all.slice(ipVersion === 4 ? 96 : 0, length);
}

type Value = string | number | bigint | readonly Value[] | { readonly [key: string]: Value };

function encode(value: Value): Buffer {
  if (typeof value === "string") return withHead(STRING, Buffer.from(value));
  if (typeof value === "bigint") {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return withHead(UINT64, bytes);
  }
  if (typeof value === "number") {
    const bytes = Buffer.alloc(value > 0xffff ? 4 : 2);
    if (value > 0xffff) bytes.writeUInt32BE(value);
    else bytes.writeUInt16BE(value);
    return withHead(value > 0xffff ? UINT32 : UINT16, bytes);
  }
  if (isList(value)) return withHead(ARRAY, Buffer.concat(value.map(encode)), value.length);
  const entries = Object.entries(value);
  const pairs = entries.flatMap(([key, each]) => [encode(key), encode(each)]);
  return withHead(MAP, Buffer.concat(pairs), entries.length);
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Types above 7 take a byte of their own. Nothing in a test has more than 28 bytes or entries. */
function withHead(type: number, bytes: Buffer, size: number = bytes.length): Buffer {
  const head = type > MAP ? [size, type - MAP] : [(type << 5) | size];
  return Buffer.concat([Buffer.from(head), bytes]);
}
