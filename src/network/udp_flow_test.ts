import assert from "node:assert/strict";
import { inNetworkNamespace } from "../linux/netns.ts";
import { formatChange } from "./rule_change.ts";
import type { PortRules } from "./rules.ts";
import { formatRuleset } from "./ruleset.ts";
import { askUdp, type Machine } from "./testing/lab.ts";
import { applyOn, CLIENT, HOST, openSite, published, rulesOf, type SiteContainer } from "./testing/site.ts";
import { redirectUdpFlows } from "./udp_flow.ts";

const LOCAL_PORT = 40_000;

const udpPort = (container: SiteContainer, options: Partial<PortRules> = {}) =>
  published(container, { protocol: "udp", ...options });

const redirectOn = ({ namespace }: Machine, ports: PortRules[]) =>
  inNetworkNamespace(namespace, () => redirectUdpFlows(ports));

/** What a client hears that asks from one port of its own, by either family. */
async function heard(client: Machine): Promise<string> {
  const answers = [];
  for (const address of [HOST.ip, HOST.ip6]) {
    answers.push((await askUdp(client, address, 8080, LOCAL_PORT)).split(" ")[0]);
  }
  return answers.join(" ");
}

Deno.test("a UDP flow sticks to a container that has left, until redirectUdpFlows()", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a, b } } = site;
  await applyOn(host, formatRuleset(rulesOf(site, [udpPort(a)]), "budgie"));
  assert.equal(await heard(client), "a a");
  await applyOn(
    host,
    formatChange({ remove: { ports: [udpPort(a)] }, add: { ports: [udpPort(b)] } }, "budgie"),
  );
  assert.equal(await heard(client), "a a");
  assert.equal(redirectOn(host, [udpPort(b)]), 2);
  assert.equal(await heard(client), "b b");
  assert.equal(redirectOn(host, [udpPort(b)]), 0);
});

Deno.test("a UDP flow that began before its port was published reaches the container after redirectUdpFlows()", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a } } = site;
  await applyOn(host, formatRuleset(rulesOf(site), "budgie"));
  assert.equal(await heard(client), "nothing nothing");
  await applyOn(host, formatChange({ add: { ports: [udpPort(a)] } }, "budgie"));
  assert.equal(await heard(client), "nothing nothing");
  assert.equal(redirectOn(host, [udpPort(a)]), 2);
  assert.equal(await heard(client), "a a");
});

Deno.test("redirectUdpFlows() leaves flows to other addresses, ports and protocols alone", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a, b } } = site;
  await applyOn(host, formatRuleset(rulesOf(site, [udpPort(a)]), "budgie"));
  assert.equal(await heard(client), "a a");
  assert.equal(redirectOn(host, [udpPort(b, { hostIp: "192.168.9.77" })]), 0);
  assert.equal(redirectOn(host, [udpPort(b, { hostPort: 8081 })]), 0);
  assert.equal(redirectOn(host, [udpPort(b, { protocol: "tcp" })]), 0);
  assert.match(await askUdp(a, CLIENT.ip, 80), /^nothing$/); // nobody answers there: the flow is kept
  assert.equal(redirectOn(host, [udpPort(b, { hostPort: 80 })]), 0);
  assert.equal(redirectOn(host, [udpPort(b, { hostIp: HOST.ip })]), 1);
});
