/** A published port as the rules see it: once for each address family, at one of the host's addresses or at all. Pure. */
import type { PortRules, PortTarget } from "./rules.ts";

/** nft's word for an address family, with which the names of sets and chains end. */
export type IpFamily = "ip" | "ip6";

export interface PortSlot {
  port: PortRules;
  family: IpFamily;
  /** ends the names of the sets: ports at one address are apart from those at all of them */
  suffix: string;
  /** in these sets */
  key: string;
  /** those of the family; none: the port leads nowhere */
  targets: PortTarget[];
}

/** All addresses of a family: RFC 1122 §3.2.1.3, RFC 4291 §2.5.2. */
const UNSPECIFIED = ["0.0.0.0", "::"];

/** The slots of the families in which the port is published, also where no target has an address. */
export function portSlots(port: PortRules): PortSlot[] {
  const { protocol, hostIp, hostPort } = port;
  const families: IpFamily[] = hostIp === undefined ? ["ip", "ip6"] : [familyOf(hostIp)];
  const everywhere = hostIp === undefined || isUnspecified(hostIp);
  return families.map((family) => ({
    port,
    family,
    suffix: everywhere ? family : `at_${family}`,
    key: everywhere ? `${protocol} . ${hostPort}` : `${protocol} . ${hostIp} . ${hostPort}`,
    targets: port.targets.filter(({ address }) => familyOf(address) === family),
  }));
}

/** Whether an address stands for all of its family. */
export function isUnspecified(address: string): boolean {
  return UNSPECIFIED.includes(address);
}

/** @param text an address or a subnet */
export function familyOf(text: string): IpFamily {
  return text.includes(":") ? "ip6" : "ip";
}
