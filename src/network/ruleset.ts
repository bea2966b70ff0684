/**
 * All packet rules of a data directory, as one text for `nft -f -` (nftables, nft(8)). Pure.
 *
 * Chains look into sets and maps, so that containers, ports and networks are elements and the rules stay the same.
 * Nothing here can overrule another table: a packet passes a hook only when every table's chain there accepts it.
 */
import { balanceChain, balanceRule } from "./balance_chain.ts";
import { type PortSlot, portSlots } from "./port_slot.ts";
import { endpointElements, networkElements, type RuleElement, slotElements } from "./rule_elements.ts";
import type { Rules } from "./rules.ts";

/** Sets and maps of the table `inet`, by name. */
const INET_SETS: Record<string, string> = {
  bridges: "type ifname",
  internal: "type ifname",
  // From where to where packets pass between containers: a bridge to itself.
  paths: "type ifname . ifname",
  subnets_ip: "type ipv4_addr; flags interval",
  subnets_ip6: "type ipv6_addr; flags interval",
  gateways_ip: "type ifname . ipv4_addr",
  gateways_ip6: "type ifname . ipv6_addr",
  allow_host_ip: "type ifname . ipv4_addr",
  allow_host_ip6: "type ifname . ipv6_addr",
  host_only_ip: "type inet_proto . inet_service",
  host_only_ip6: "type inet_proto . inet_service",
  host_only_at_ip: "type inet_proto . ipv4_addr . inet_service",
  host_only_at_ip6: "type inet_proto . ipv6_addr . inet_service",
};

const INET_MAPS: Record<string, string> = {
  ports_ip: "type inet_proto . inet_service : ipv4_addr . inet_service",
  ports_ip6: "type inet_proto . inet_service : ipv6_addr . inet_service",
  ports_at_ip: "type inet_proto . ipv4_addr . inet_service : ipv4_addr . inet_service",
  ports_at_ip6: "type inet_proto . ipv6_addr . inet_service : ipv6_addr . inet_service",
  balanced_ip: "type inet_proto . inet_service : verdict",
  balanced_ip6: "type inet_proto . inet_service : verdict",
  balanced_at_ip: "type inet_proto . ipv4_addr . inet_service : verdict",
  balanced_at_ip6: "type inet_proto . ipv6_addr . inet_service : verdict",
};

/** What each veth may say that it is. */
const BRIDGE_SETS: Record<string, string> = {
  veths: "type ifname",
  macs: "type ifname . ether_addr",
  sources_ip: "type ifname . ether_addr . ipv4_addr",
  sources_ip6: "type ifname . ether_addr . ipv6_addr",
  // The target of a neighbour advertisement (RFC 4861 §4.4), for which nft 1.0.6 has no name.
  neighbours: "typeof iifname . @th,64,128",
};

// Whatever comes here has a source that the table `bridge` has checked.
const INET_CHAINS = `
  chain raw {
    type filter hook prerouting priority raw; policy accept;
    # route_localnet lets the host itself reach ports on 127.0.0.1; a container must not.
    iifname @bridges ip daddr 127.0.0.0/8 drop
  }
  chain input {
    type filter hook input priority filter; policy accept;
    iifname != @bridges accept
    ct state established,related accept
    meta l4proto { tcp, udp } iifname . ip daddr @gateways_ip th dport 53 accept
    meta l4proto { tcp, udp } iifname . ip6 daddr @gateways_ip6 th dport 53 accept
    icmp type echo-request accept
    icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert } accept
    iifname . ip saddr @allow_host_ip accept
    iifname . ip6 saddr @allow_host_ip6 accept
    drop
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    # Bridged packets, which come here where br_netfilter is on, and those that a container leaves to the host.
    iifname . oifname @paths accept
    iifname @internal drop
    oifname @internal drop
    ct state established,related accept
    ct status dnat accept
    oifname @bridges drop
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    # A published port 53 must not take the names from the containers.
    meta l4proto { tcp, udp } iifname . ip daddr @gateways_ip th dport 53 return
    meta l4proto { tcp, udp } iifname . ip6 daddr @gateways_ip6 th dport 53 return
    meta l4proto . ip daddr . th dport @host_only_at_ip return
    meta l4proto . ip6 daddr . th dport @host_only_at_ip6 return
    meta nfproto ipv4 meta l4proto . th dport @host_only_ip return
    meta nfproto ipv6 meta l4proto . th dport @host_only_ip6 return
    fib daddr type local jump publish
  }
  chain output {
    type nat hook output priority -100; policy accept;
    # IPv6 has no route_localnet: an answer to ::1 would be dropped, and a refusal is quicker.
    ip6 daddr ::1 return
    fib daddr type local jump publish
  }
  chain publish {
    meta l4proto . ip daddr . th dport vmap @balanced_at_ip
    meta l4proto . ip6 daddr . th dport vmap @balanced_at_ip6
    meta l4proto { tcp, udp, sctp } dnat ip to meta l4proto . ip daddr . th dport map @ports_at_ip
    meta l4proto { tcp, udp, sctp } dnat ip6 to meta l4proto . ip6 daddr . th dport map @ports_at_ip6
    meta nfproto ipv4 meta l4proto . th dport vmap @balanced_ip
    meta nfproto ipv6 meta l4proto . th dport vmap @balanced_ip6
    meta nfproto ipv4 meta l4proto { tcp, udp, sctp } dnat ip to meta l4proto . th dport map @ports_ip
    meta nfproto ipv6 meta l4proto { tcp, udp, sctp } dnat ip6 to meta l4proto . th dport map @ports_ip6
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname @bridges ip saddr 127.0.0.0/8 masquerade
    # An answer has to come back to the host to be translated, also where the container has no way out.
    oifname @internal ct status dnat masquerade
    # By the source: a bridged packet that br_netfilter brings here has no incoming interface.
    oifname @bridges ct status dnat ip saddr @subnets_ip masquerade
    oifname @bridges ct status dnat ip6 saddr @subnets_ip6 masquerade
    oifname != "lo" oifname != @bridges ip saddr @subnets_ip masquerade
    oifname != "lo" oifname != @bridges ip6 saddr @subnets_ip6 masquerade
  }
`;

const BRIDGE_CHAINS = `
  chain prerouting {
    type filter hook prerouting priority filter; policy accept;
    iifname != @veths accept
    iifname . ether saddr != @macs drop
    # Containers are no routers, whatever address they have.
    icmpv6 type { nd-router-advert, nd-redirect } drop
    icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @neighbours drop
    iifname . ether saddr . ip saddr @sources_ip accept
    iifname . ether saddr . ip6 saddr @sources_ip6 accept
    iifname . arp saddr ether . arp saddr ip @sources_ip accept
    # Asking whether an address is free: RFC 5227 §2.1.1, RFC 4862 §5.4.2.
    iifname . arp saddr ether @macs arp saddr ip 0.0.0.0 accept
    ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld2-listener-report } accept
    drop
  }
`;

/**
 * Replaces the tables `inet <table>` and `bridge <table>` in one transaction, whether they were there or not; no
 * packet meets the time between.
 */
export function formatRuleset(rules: Rules, table: string): string {
  const slots = rules.ports.flatMap(portSlots);
  const elements = [
    ...rules.networks.flatMap(networkElements),
    ...rules.endpoints.flatMap(endpointElements),
    ...slots.flatMap(slotElements),
  ];
  return [
    formatTable("inet", table, [
      ...formatSets("set", INET_SETS, elements),
      ...formatBalanceChains(slots),
      ...formatSets("map", INET_MAPS, elements),
      INET_CHAINS,
    ]),
    formatTable("bridge", table, [...formatSets("set", BRIDGE_SETS, elements), BRIDGE_CHAINS]),
  ].join("");
}

/** Declared first, because only a table that is there can be deleted. */
function formatTable(family: RuleElement["family"], table: string, parts: string[]): string {
  return `table ${family} ${table}\ndelete table ${family} ${table}\ntable ${family} ${table} {\n${
    parts.join("\n")
  }\n}\n`;
}

function formatSets(kind: "set" | "map", types: Record<string, string>, elements: RuleElement[]): string[] {
  const bySet = Map.groupBy(elements, ({ set }) => set);
  return Object.entries(types).map(([name, type]) => {
    const list = bySet.get(name)?.map(formatElement).join(", ");
    // An empty list is an error of syntax.
    return `${kind} ${name} { ${type}; ${list ? `elements = { ${list} }; ` : ""}}`;
  });
}

/** As it stands between the braces of a set. */
export function formatElement({ key, value }: RuleElement): string {
  return value === undefined ? key : `${key} : ${value}`;
}

function formatBalanceChains(slots: PortSlot[]): string[] {
  const balanced = slots.filter(({ port, targets }) => port.balance && targets.length > 0);
  return balanced.map((slot) => `chain ${balanceChain(slot)} { ${balanceRule(slot)}; }`);
}
