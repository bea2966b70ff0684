import { testBad, testGood } from "../testing/cases.ts";

const NAME = "a name of letters, digits, '_', '.' and '-', the first a letter or digit";

testGood([
  ["network: none", { network: "none" }],
  ["network: container:web", { network: "container:web" }],
  ["networks: [front, back]", { networks: [{ name: "front", aliases: [] }, { name: "back", aliases: [] }] }],
  ["networks: {front: , back: {ip: 172.20.0.10, mac_address: '02:42:ac:14:00:0a', aliases: [shop]}}", {
    networks: [
      { name: "front", aliases: [] },
      { name: "back", ip: "172.20.0.10", mac_address: "02:42:ac:14:00:0a", aliases: ["shop"] },
    ],
  }],
  ["dns: 9.9.9.9", { dns: ["9.9.9.9"] }],
  ["dns: [9.9.9.9, '2620:fe::fe']", { dns: ["9.9.9.9", "2620:fe::fe"] }],
  ["extra_hosts: ['a=1.2.3.4', 'b:::1', c=host-gateway, 'd=[::2]']", {
    extra_hosts: [
      { name: "a", address: "1.2.3.4" },
      { name: "b", address: "::1" },
      { name: "c", address: "host-gateway" },
      { name: "d", address: "::2" },
    ],
  }],
  ["extra_hosts: {a.b: 1.2.3.4}", { extra_hosts: [{ name: "a.b", address: "1.2.3.4" }] }],
  ["secrets: [db_password, {source: tls_key, target: k, uid: 1, gid: 2, mode: 0440, env: KEY}]", {
    secrets: [
      { source: "db_password", target: undefined, uid: 0, gid: 0, mode: 0o400, env: undefined },
      { source: "tls_key", target: "k", uid: 1, gid: 2, mode: 0o440, env: "KEY" },
    ],
  }],
]);

testBad([
  ["network: a b", "1:10: network is 'a b'; expected none, host, a network's name, or container:NAME"],
  [
    "network: none\nnetworks: [front]",
    "2:11: networks is a list; only one of network, networks may be given",
  ],
  ["networks: [front, front]", "1:19: networks[1] repeats front of line 3"],
  [
    "networks: {-: {ip: 1.2.3, mac_address: 2, alias: [a]}}",
    `1:12: a name in networks is '-'; expected ${NAME}`,
    "1:20: networks.-.ip is '1.2.3'; expected an IPv4 or IPv6 address",
    "1:40: networks.-.mac_address is '2'; expected a MAC address, such as 02:42:ac:14:00:0a",
    "1:43: unknown key 'alias' in networks.-; did you mean 'aliases'? The keys are ip, mac_address, aliases",
  ],
  [
    "dns: [dns.example.com, 1.2.3.256]",
    "1:7: dns[0] is 'dns.example.com'; expected an IPv4 or IPv6 address",
    "1:24: dns[1] is '1.2.3.256'; expected an IPv4 or IPv6 address",
  ],
  [
    "extra_hosts: [a]",
    "1:15: extra_hosts[0] is 'a'; expected NAME=ADDRESS, where the address may be host-gateway",
  ],
  ["extra_hosts: {a: b}", "1:18: extra_hosts.a is 'b'; expected an address, or host-gateway"],
  ["secrets: [{target: x}]", "1:11: secrets[0].source is missing; write source: db_password"],
  [
    "secrets: [{source: ab, mode: 999}]",
    "1:30: secrets[0].mode is '999'; expected permission bits in octal, such as 0400",
  ],
  ["secrets: [ab, {source: cd, target: ab}]", "1:15: secrets[1] repeats ab of line 3"],
]);
