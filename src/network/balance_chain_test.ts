import assert from "node:assert/strict";
import { formatChange } from "./rule_change.ts";
import { formatRuleset } from "./ruleset.ts";
import type { PortRules } from "./rules.ts";
import { askTcp, askUdp, inMachine } from "./testing/lab.ts";
import {
  applyOn,
  HOST,
  openSite,
  published,
  rulesOf,
  type Site,
  type SiteContainer,
} from "./testing/site.ts";

function balanced(containers: SiteContainer[], options: Partial<PortRules> = {}): PortRules {
  const targets = containers.flatMap((container) => published(container).targets);
  return { ...published(containers[0]), balance: "round-robin", ...options, targets };
}

async function names(count: number, ask: () => Promise<string>): Promise<string[]> {
  const found: string[] = [];
  for (let turn = 0; turn < count; turn++) found.push((await ask()).split(" ")[0]);
  return found;
}

/** The order does not depend on where it begins. */
function fromFirst(sequence: string[]): string {
  const start = sequence.indexOf("a");
  return [...sequence.slice(start), ...sequence.slice(0, start)].join("");
}

const apply = (site: Site, ports: PortRules[]) =>
  applyOn(site.host, formatRuleset(rulesOf(site, ports), "budgie"));

Deno.test("connections go round, each family by itself, from the LAN and from the host", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a, b, c } } = site;
  await apply(site, [balanced([a, b, c]), balanced([a, b, c], { protocol: "udp" })]);
  for (const address of [HOST.ip, HOST.ip6]) {
    assert.equal(fromFirst(await names(6, () => askTcp(client, address, 8080))), "abcabc");
    assert.equal(fromFirst(await names(6, () => askUdp(client, address, 8080))), "abcabc");
  }
  assert.equal(fromFirst(await names(3, () => askTcp(host, "127.0.0.1", 8080))), "abc");
});

Deno.test("a container leaves and comes back in one change, and open connections stay", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a, b, c } } = site;
  const udp = { protocol: "udp" as const };
  await apply(site, [balanced([a, b, c]), balanced([a, b, c], udp)]);
  const LOCAL_PORT = 40_000;
  const flow = () => askUdp(client, HOST.ip, 8080, LOCAL_PORT);
  const first = await flow();
  const without = [a, b].filter(({ name }) => name !== first.split(" ")[0]);
  const stays = [a, b, c].filter(({ name }) => name === first.split(" ")[0])[0];
  await applyOn(
    host,
    formatChange({ add: { ports: [balanced(without), balanced([stays], udp)] } }, "budgie"),
  );
  assert.equal(await flow(), first);
  const rest = new Set(await names(4, () => askTcp(client, HOST.ip, 8080)));
  assert.deepEqual([...rest].sort(), without.map(({ name }) => name));
  await applyOn(host, formatChange({ add: { ports: [balanced([a, b, c])] } }, "budgie"));
  assert.equal(new Set(await names(3, () => askTcp(client, HOST.ip, 8080))).size, 3);
});

Deno.test("a port whose last container has left refuses connections, and works again with the next", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a, b } } = site;
  await apply(site, [balanced([a])]);
  for (const _ of [1, 2]) {
    await applyOn(host, formatChange({ add: { ports: [{ ...balanced([a]), targets: [] }] } }, "budgie"));
    assert.equal(await askTcp(client, HOST.ip, 8080), "refused");
  }
  await applyOn(host, formatChange({ add: { ports: [balanced([b])] } }, "budgie"));
  assert.equal(await askTcp(client, HOST.ip, 8080), "b 192.168.9.2");
});

Deno.test("by source, a client stays with its container, also when all rules are written anew", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { client, containers: { a, b, c } } = site;
  const ports = [balanced([a, b, c], { balance: "source" })];
  await apply(site, ports);
  const addresses = Array.from({ length: 12 }, (_, index) => `192.168.9.${100 + index}`);
  await inMachine(client, addresses.map((address) => `ip addr add ${address}/24 dev eth0`).join("\n"));
  const chosen = async () => {
    const found: string[] = [];
    for (const address of addresses) {
      await inMachine(client, `ip route replace ${HOST.ip} dev eth0 src ${address}`);
      const [name, ...again] = await names(3, () => askTcp(client, HOST.ip, 8080));
      assert.deepEqual(again, [name, name]);
      found.push(name);
    }
    return found;
  };
  const first = await chosen();
  assert.deepEqual([...new Set(first)].sort(), ["a", "b", "c"]);
  await apply(site, ports);
  assert.deepEqual(await chosen(), first);
});
