import assert from "node:assert/strict";
import type { PortRules } from "../network/rules.ts";
import { addressFor } from "./ipv6_forwarder.ts";

const V4 = { address: "172.20.0.2", port: 80 };
const V6 = { address: "fd00::2", port: 80 };

function placeOf(port: Partial<PortRules>): string | undefined {
  return addressFor({ protocol: "tcp", hostPort: 8080, reach: "lan", targets: [V4], ...port });
}

Deno.test("a container without IPv6 is reached at all of the host's IPv6 addresses, or at loopback alone", () => {
  assert.equal(placeOf({}), "::");
  assert.equal(placeOf({ hostIp: "::" }), "::");
  assert.equal(placeOf({ reach: "host" }), "::1");
  assert.equal(placeOf({ hostIp: "2001:db8::1" }), "2001:db8::1");
});

Deno.test("for one with IPv6, the packet rules do it but for loopback", () => {
  const targets = [V4, V6];
  assert.equal(placeOf({ targets }), "::1");
  assert.equal(placeOf({ targets, reach: "host" }), "::1");
  assert.equal(placeOf({ targets, hostIp: "::1" }), "::1");
  assert.equal(placeOf({ targets, hostIp: "2001:db8::1" }), undefined);
});

Deno.test("UDP is forwarded at one address alone, from which the answers then come", () => {
  assert.equal(placeOf({ protocol: "udp" }), "::1");
  assert.equal(placeOf({ protocol: "udp", hostIp: "::" }), "::1");
  assert.equal(placeOf({ protocol: "udp", hostIp: "2001:db8::1" }), "2001:db8::1");
});

Deno.test("ports of IPv4 addresses, of SCTP and of nobody are not forwarded", () => {
  assert.equal(placeOf({ hostIp: "127.0.0.1" }), undefined);
  assert.equal(placeOf({ hostIp: "0.0.0.0" }), undefined);
  assert.equal(placeOf({ protocol: "sctp" }), undefined);
  assert.equal(placeOf({ targets: [] }), undefined);
});
