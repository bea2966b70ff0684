/** Ranges that subnets are chosen from: `10.200.0.0/16:24` is every /24 of it, `10.77.0.0/16` that one subnet. */
import { UsageError } from "./errors.ts";
import { formatSubnet, parseSubnet, type Subnet } from "./subnet.ts";

export interface SubnetPool {
  /** of IPv4 */
  range: Subnet;
  /** leading bits that the addresses of each piece have in common */
  pieceLength: number;
}

/** RFC 1918; docker has 172.17 to 172.19, and most LANs are in 192.168. */
export const DEFAULT_POOLS: readonly string[] = ["172.20.0.0/14:16", "172.24.0.0/13:16", "10.0.0.0/8:16"];

/** @throws UsageError */
export function parseSubnetPool(text: string): SubnetPool {
  const [, range, length] = /^([^:]*)(?::(\d{1,2}))?$/.exec(text) ?? [];
  if (range === undefined) {
    throw new UsageError(`Cannot use the pool '${text}': it is not an IPv4 subnet and a prefix length`, {
      hint: "Write 10.200.0.0/16:24 for every /24 of a range, or 10.77.0.0/16 for one subnet",
    });
  }
  const subnet = parseSubnet(range);
  if (length === undefined) return { range: subnet, pieceLength: subnet.prefixLength };
  const pieceLength = Number(length);
  if (pieceLength < subnet.prefixLength) {
    throw new UsageError(`Cannot use the pool '${text}': a /${pieceLength} is larger than all of it`);
  }
  parseSubnet(formatSubnet({ ...subnet, prefixLength: pieceLength })); // large enough for a network
  return { range: subnet, pieceLength };
}

/** As it is written. */
export function formatSubnetPool({ range, pieceLength }: SubnetPool): string {
  return formatSubnet(range) + (pieceLength === range.prefixLength ? "" : `:${pieceLength}`);
}
