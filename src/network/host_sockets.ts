/** What programs of the host wait for connections or datagrams, as the kernel lists it (proc_pid_net(5)). */
import { formatIpAddress } from "../base/ip_address.ts";
import { readTextIfThere } from "../base/optional_file.ts";
import type { Protocol } from "../store/network.ts";

export interface HostSocket {
  /** in its canonical form; `::` may be of IPv4 as well */
  address: string;
  port: number;
  /** by which the process that has it can be found */
  inode: number;
}

/** All sockets of the host that take what comes to a port. */
export function hostSockets(protocol: Protocol): HostSocket[] {
  if (protocol === "sctp") return parseSctpEndpoints(readTextIfThere("/proc/net/sctp/eps") ?? "");
  // Without IPv6 in the kernel, there is no second file.
  return [protocol, `${protocol}6`].flatMap((name) =>
    parseSockets(readTextIfThere(`/proc/net/${name}`) ?? "", protocol)
  );
}

/**
 * TCP_LISTEN and TCP_CLOSE of include/net/tcp_states.h. A UDP socket that is bound is in the latter; one that is
 * connected takes only what its peer sends.
 */
const WAITING = { tcp: "0A", udp: "07" };

/** @param text of /proc/net/tcp, tcp6, udp or udp6 */
export function parseSockets(text: string, protocol: "tcp" | "udp"): HostSocket[] {
  return text.split("\n").slice(1).flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== WAITING[protocol]) return [];
    const [address, port] = local.split(":");
    return [{ address: parseKernelAddress(address), port: parseInt(port, 16), inode: Number(inode) }];
  });
}

/** An address as 32-bit numbers in the byte order of the machine: all that budgie runs on are little-endian. */
function parseKernelAddress(hex: string): string {
  const bytes = hex.match(/.{8}/g)!.flatMap((word) => word.match(/../g)!.reverse());
  const value = BigInt(`0x${bytes.join("")}`);
  if (bytes.length === 4) return formatIpAddress({ family: 4, value });
  return formatIpAddress({ family: 6, value }).replace(/^::ffff:(?=\d+\.)/, "");
}

/** SCTP_SS_LISTENING of include/net/sctp/constants.h. */
const SCTP_LISTENING = "10";

/** @param text of /proc/net/sctp/eps; an endpoint has several addresses (RFC 9260 §1.3) */
export function parseSctpEndpoints(text: string): HostSocket[] {
  return text.split("\n").slice(1).flatMap((line) => {
    const [, , , state, , port, , inode, ...addresses] = line.trim().split(/\s+/);
    if (state !== SCTP_LISTENING) return [];
    return addresses.map((address) => ({ address, port: Number(port), inode: Number(inode) }));
  });
}
