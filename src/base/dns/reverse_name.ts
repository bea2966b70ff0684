/** Addresses as names, which have names as their data (RFC 1035 §3.5, RFC 3596 §2.5). */
import type { IpAddress } from "../ip_address.ts";
import { type DomainName, labelsOf } from "./name.ts";

/** The address that a name such as `2.0.20.172.in-addr.arpa` is of; undefined: of none, or of many. */
export function addressOfReverseName(name: DomainName): IpAddress | undefined {
  const labels = labelsOf(name.toLowerCase());
  const [zone, arpa] = labels.splice(-2);
  if (arpa !== "arpa") return undefined;
  if (zone === "in-addr") {
    return joined(labels, { family: 4, count: 4, digits: /^(0|[1-9]\d{0,2})$/, radix: 10 });
  }
  if (zone === "ip6") return joined(labels, { family: 6, count: 32, digits: /^[0-9a-f]$/, radix: 16 });
}

function joined(
  labels: string[],
  { family, count, digits, radix }: { family: 4 | 6; count: number; digits: RegExp; radix: number },
): IpAddress | undefined {
  if (labels.length !== count || !labels.every((label) => digits.test(label))) return undefined;
  const parts = labels.map((label) => parseInt(label, radix)).reverse();
  const bits = family === 4 ? 8n : 4n;
  if (parts.some((part) => part >= 2 ** Number(bits))) return undefined;
  return { family, value: parts.reduce((value, part) => value << bits | BigInt(part), 0n) };
}
