/** The chain that spreads the connections to one published port over several containers. Pure. */
import type { PortSlot } from "./port_slot.ts";

/** Always the same, so that a client stays with its container when all rules are written anew. */
const HASH_SEED = "0xb0d61e";

/** The chain's name, the same for as long as the port is published there. */
export function balanceChain({ port, family }: PortSlot): string {
  const { protocol, hostIp, hostPort } = port;
  // A chain's name has no colons.
  const address = hostIp === undefined ? "" : `_${hostIp.replaceAll(":", "-")}`;
  return `balance_${family}_${protocol}${address}_${hostPort}`;
}

/** The chain's only rule: it is asked once for each connection, whose further packets conntrack knows. */
export function balanceRule({ port, family, targets }: PortSlot): string {
  const chooser = port.balance === "source"
    ? `jhash ${family} saddr mod ${targets.length} seed ${HASH_SEED}`
    : `numgen inc mod ${targets.length}`;
  const choices = targets.map(({ address, port }, index) => `${index} : ${address} . ${port}`);
  return `meta l4proto ${port.protocol} dnat ${family} to ${chooser} map { ${choices.join(", ")} }`;
}
