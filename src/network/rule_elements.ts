/** From networks, containers and ports to elements of the sets and maps that the chains look into. Pure. */
import { formatIpAddress, parseIpAddress } from "../base/ip_address.ts";
import { balanceChain } from "./balance_chain.ts";
import { familyOf, type PortSlot } from "./port_slot.ts";
import type { EndpointRules, NetworkRules } from "./rules.ts";

/** One element of a set, or with a value, of a map. */
export interface RuleElement {
  family: "inet" | "bridge";
  set: string;
  key: string;
  value?: string;
}

export function networkElements(network: NetworkRules): RuleElement[] {
  const { bridge, subnets, internal, isolate } = network;
  const elements = [inet("bridges", quoted(bridge))];
  if (!isolate) elements.push(inet("paths", `${quoted(bridge)} . ${quoted(bridge)}`));
  if (internal) elements.push(inet("internal", quoted(bridge)));
  for (const { subnet, gateway } of subnets) {
    elements.push(inet(`subnets_${familyOf(subnet)}`, subnet));
    if (gateway) elements.push(inet(`gateways_${familyOf(gateway)}`, `${quoted(bridge)} . ${gateway}`));
  }
  return elements;
}

export function endpointElements(endpoint: EndpointRules): RuleElement[] {
  const { veth, bridge, macAddress, addresses, allowHost } = endpoint;
  const mac = `${quoted(veth)} . ${macAddress}`;
  const elements = [guard("veths", quoted(veth)), guard("macs", mac)];
  for (const address of [...addresses, linkLocalAddress(macAddress)]) {
    const family = familyOf(address);
    elements.push(guard(`sources_${family}`, `${mac} . ${address}`));
    if (family === "ip6") elements.push(guard("neighbours", `${quoted(veth)} . ${hexadecimal(address)}`));
  }
  if (allowHost) {
    for (const address of addresses) {
      elements.push(inet(`allow_host_${familyOf(address)}`, `${quoted(bridge)} . ${address}`));
    }
  }
  return elements;
}

/** What makes the port lead to its targets; nothing where it has none. */
export function slotElements(slot: PortSlot): RuleElement[] {
  const { port, targets: [target] } = slot;
  if (!target) return [];
  const element = port.balance
    ? balancedElement(slot, `goto ${balanceChain(slot)}`)
    : plainElement(slot, `${target.address} . ${target.port}`);
  return port.reach === "host" ? [element, hostOnlyElement(slot)] : [element];
}

/** In the map of ports that lead to several targets. */
export function balancedElement({ suffix, key }: PortSlot, value: string): RuleElement {
  return { ...inet(`balanced_${suffix}`, key), value };
}

/** In the map of ports that lead to one target. */
export function plainElement({ suffix, key }: PortSlot, value: string): RuleElement {
  return { ...inet(`ports_${suffix}`, key), value };
}

/** Lets only the host itself reach the port. */
export function hostOnlyElement({ suffix, key }: PortSlot): RuleElement {
  return inet(`host_only_${suffix}`, key);
}

function inet(set: string, key: string): RuleElement {
  return { family: "inet", set, key };
}

function guard(set: string, key: string): RuleElement {
  return { family: "bridge", set, key };
}

function quoted(name: string): string {
  return `"${name}"`;
}

/** The address that the kernel gives an interface by itself: RFC 4291, appendix A. */
function linkLocalAddress(macAddress: string): string {
  const [first, ...bytes] = macAddress.split(":").map((byte) => parseInt(byte, 16));
  // The bit that says whether an address is unique in the world is inverted.
  const id = [first ^ 0x02, ...bytes.slice(0, 2), 0xff, 0xfe, ...bytes.slice(2)];
  const value = id.reduce((bits, byte) => bits << 8n | BigInt(byte), 0xfe80_0000_0000_0000n);
  return formatIpAddress({ family: 6, value });
}

/** A part of a packet that nft has no name for is compared with a number. */
function hexadecimal(address: string): string {
  const { value } = parseIpAddress(address)!;
  return `0x${value.toString(16).padStart(32, "0")}`;
}
