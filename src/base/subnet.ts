/** Ranges of addresses in CIDR notation (RFC 4632), as `172.20.0.0/16`. */
import { UsageError } from "./errors.ts";
import { addressBits, formatIpAddress, type IpAddress, parseIpAddress } from "./ip_address.ts";

export interface Subnet {
  /** its lowest address */
  first: IpAddress;
  /** how many leading bits its addresses have in common */
  prefixLength: number;
}

/**
 * Bits that have to be left for hosts: the network's own address, the gateway's and a container's, and in IPv4 the
 * broadcast address.
 */
const MINIMUM_HOST_BITS = 2;

/** No host can have addresses of these: RFC 6890, RFC 4291 §2.4. */
const UNUSABLE = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/8", "fe80::/10", "ff00::/8"];

/** Any range; undefined for what is none, or has bits set behind its prefix. */
export function parseCidr(text: string): Subnet | undefined {
  const parsed = parseParts(text);
  return parsed && aligned(parsed).first.value === parsed.first.value ? parsed : undefined;
}

/**
 * A range that containers can have addresses of.
 * @throws UsageError
 */
export function parseSubnet(text: string): Subnet {
  const subnet = readCidr("subnet", text);
  const { family } = subnet.first;
  const longest = addressBits(family) - MINIMUM_HOST_BITS;
  if (subnet.prefixLength > longest) {
    throw invalid("subnet", text, {
      reason: "it is too small for a gateway and a container",
      hint: `The longest prefix of an IPv${family} subnet is /${longest}`,
    });
  }
  const unusable = UNUSABLE.find((range) => overlaps(parseCidr(range)!, subnet));
  if (unusable) throw invalid("subnet", text, { reason: `no host can have an address of ${unusable}` });
  return subnet;
}

/**
 * As parseCidr(), with the mistake said.
 * @param kind what the range is for
 * @throws UsageError
 */
export function readCidr(kind: "subnet" | "range", text: string): Subnet {
  const parsed = parseParts(text);
  if (!parsed) {
    throw invalid(kind, text, {
      reason: "it is not an address and a prefix length",
      hint: "Write it as 172.25.0.0/16 or fd00:25::/64",
    });
  }
  const range = aligned(parsed);
  if (range.first.value === parsed.first.value) return range;
  throw invalid(kind, text, {
    reason: `its address has bits set behind the first ${range.prefixLength}`,
    hint: `Write ${formatSubnet(range)}`,
  });
}

function invalid(kind: string, text: string, why: { reason: string; hint?: string }): UsageError {
  return new UsageError(`Cannot use the ${kind} '${text}': ${why.reason}`, { hint: why.hint });
}

/** The address as it was written, whatever the prefix leaves of it. */
function parseParts(text: string): Subnet | undefined {
  const [, address, length] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const first = address === undefined ? undefined : parseIpAddress(address);
  const prefixLength = Number(length);
  return first && prefixLength <= addressBits(first.family) ? { first, prefixLength } : undefined;
}

/** The range that an address of it, and the prefix length, tell of. */
export function aligned({ first, prefixLength }: Subnet): Subnet {
  const hostBits = hostBitsOf({ first, prefixLength });
  return { first: { ...first, value: first.value >> hostBits << hostBits }, prefixLength };
}

/** `172.20.0.0/16`, with the address in its canonical form. */
export function formatSubnet({ first, prefixLength }: Subnet): string {
  return `${formatIpAddress(first)}/${prefixLength}`;
}

/** The highest address; in IPv4 it is the one for broadcasts. */
export function lastOf(subnet: Subnet): IpAddress {
  return { ...subnet.first, value: subnet.first.value | (1n << hostBitsOf(subnet)) - 1n };
}

export function contains(subnet: Subnet, { family, value }: IpAddress): boolean {
  const hostBits = hostBitsOf(subnet);
  return family === subnet.first.family && value >> hostBits === subnet.first.value >> hostBits;
}

/** Whether they have an address in common; of two such ranges, one lies within the other. */
export function overlaps(a: Subnet, b: Subnet): boolean {
  return a.prefixLength <= b.prefixLength ? contains(a, b.first) : contains(b, a.first);
}

/** Whether all addresses of `inner` are among those of `outer`. */
export function isWithin(inner: Subnet, outer: Subnet): boolean {
  return inner.prefixLength >= outer.prefixLength && contains(outer, inner.first);
}

function hostBitsOf({ first, prefixLength }: Subnet): bigint {
  return BigInt(addressBits(first.family) - prefixLength);
}
