/** IP addresses as numbers: read, compared, and written in their one canonical form. */

export interface IpAddress {
  family: 4 | 6;
  /** of 32 or 128 bits */
  value: bigint;
}

/** RFC 4291 §2.2: eight groups of 16 bits. */
const GROUPS = 8;

/** How many bits an address of the family has. */
export function addressBits(family: IpAddress["family"]): number {
  return family === 4 ? 32 : 128;
}

/** Dotted decimals without leading zeros, or the text of RFC 4291 §2.2 without a zone; undefined for all else. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const family = text.includes(":") ? 6 : 4;
  const value = family === 4 ? parseDotted(text) : parseGroups(text);
  return value === undefined ? undefined : { family, value };
}

function parseDotted(text: string): bigint | undefined {
  const parts = text.split(".");
  const fits = (part: string) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256;
  return parts.length === 4 && parts.every(fits) ? joined(parts.map(BigInt), 8n) : undefined;
}

function parseGroups(text: string): bigint | undefined {
  const [head, tail, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const before = groupsOf(head, { last: tail === undefined });
  const after = groupsOf(tail ?? "", { last: true });
  if (!before || !after) return undefined;
  const missing = GROUPS - before.length - after.length;
  // `::` stands for one group at least.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return joined([...before, ...Array<bigint>(missing).fill(0n), ...after], 16n);
}

/** `fd00:1` as two groups; at the end of an address, two may be dotted. undefined: something else. */
function groupsOf(text: string, { last }: { last: boolean }): bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const dotted = last && index === parts.length - 1 ? parseDotted(part) : undefined;
    if (dotted !== undefined) groups.push(dotted >> 16n, dotted & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

function joined(parts: bigint[], width: bigint): bigint {
  return parts.reduce((value, part) => value << width | part, 0n);
}

/** `172.20.0.2`; `fd00::1` as RFC 5952 wants it. */
export function formatIpAddress({ family, value }: IpAddress): string {
  return family === 4 ? split(value, 4, 8n).join(".") : formatGroups(value);
}

function formatGroups(value: bigint): string {
  const groups = split(value, GROUPS, 16n);
  const mapped = value >> 32n === 0xffffn; // ::ffff:0:0/96, IPv4 within IPv6 (RFC 5952 §5)
  if (mapped) return `::ffff:${split(value & 0xffffffffn, 4, 8n).join(".")}`;
  const words = groups.map((group) => group.toString(16));
  const { start, length } = longestZeros(groups);
  if (length < 2) return words.join(":"); // §4.2.2: one group alone is not shortened
  return `${words.slice(0, start).join(":")}::${words.slice(start + length).join(":")}`;
}

/** The first of the longest runs of zeros (RFC 5952 §4.2.3). */
function longestZeros(groups: bigint[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0n) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}

function split(value: bigint, count: number, width: bigint): bigint[] {
  const mask = (1n << width) - 1n;
  return Array.from({ length: count }, (_, index) => value >> (width * BigInt(count - 1 - index)) & mask);
}

/** For sorting: IPv4 first, then by number. */
export function compareIpAddresses(a: IpAddress, b: IpAddress): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}
