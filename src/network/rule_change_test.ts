import assert from "node:assert/strict";
import { OutdatedRulesError } from "./nft.ts";
import { formatChange, type RuleChange } from "./rule_change.ts";
import { formatRuleset } from "./ruleset.ts";
import type { PortRules } from "./rules.ts";
import { askTcp } from "./testing/lab.ts";
import { applyOn, HOST, listRules, openSite, published, rulesOf, type Site } from "./testing/site.ts";

const TABLE = "budgie";

function change(site: Site, change: RuleChange): Promise<void> {
  return applyOn(site.host, formatChange(change, TABLE));
}

/** Of every kind, for one container. */
function portsOf({ containers: { a } }: Site): PortRules[] {
  return [
    published(a),
    published(a, { protocol: "udp", reach: "host" }),
    published(a, { protocol: "sctp", hostPort: 5000 }),
    published(a, { hostPort: 8081, hostIp: HOST.ip, reach: "host" }),
    published(a, { hostPort: 8081, hostIp: HOST.ip6 }),
    published(a, { hostPort: 8082, hostIp: "::", balance: "source" }),
    published(a, { hostPort: 8083, balance: "round-robin", reach: "host" }),
    published(a, { hostPort: 8083, hostIp: HOST.ip6, balance: "round-robin" }),
  ];
}

Deno.test("adding a container leads to the rules that are written with it, and removing it back", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { a } = site.containers;
  const endpoint = { ...a, allowHost: true };
  const rest = {
    ...rulesOf(site),
    endpoints: [site.containers.b],
    ports: [published(site.containers.b, { hostPort: 80 })],
  };
  const whole = {
    ...rest,
    endpoints: [...rest.endpoints, endpoint],
    ports: [...rest.ports, ...portsOf(site)],
  };
  const part = { endpoints: [endpoint], ports: portsOf(site) };
  await applyOn(site.host, formatRuleset(whole, TABLE));
  const withIt = await listRules(site.host);
  await applyOn(site.host, formatRuleset(rest, TABLE));
  const without = await listRules(site.host);
  assert.notDeepEqual(withIt, without);
  // Twice each: what is said is what shall be.
  for (const _ of [1, 2]) {
    await change(site, { add: part });
    assert.deepEqual(await listRules(site.host), withIt);
  }
  for (const _ of [1, 2]) {
    await change(site, { remove: part });
    assert.deepEqual(await listRules(site.host), without);
  }
  await change(site, { add: part, remove: part });
  assert.deepEqual(await listRules(site.host), withIt);
});

Deno.test("a port that goes to another container in one change leads there", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { client, containers: { a, b } } = site;
  await applyOn(site.host, formatRuleset(rulesOf(site, [published(a)]), TABLE));
  await change(site, { remove: { ports: [published(a)] }, add: { ports: [published(b)] } });
  assert.equal(await askTcp(client, HOST.ip, 8080), "b 192.168.9.2");
});

Deno.test("a port may be limited to the host and opened again, and become a balanced one", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a } } = site;
  await applyOn(host, formatRuleset(rulesOf(site, [published(a)]), TABLE));
  await change(site, { add: { ports: [published(a, { reach: "host" })] } });
  assert.equal(await askTcp(client, HOST.ip, 8080), "refused");
  assert.equal(await askTcp(host, HOST.ip, 8080), "a 192.168.9.1");
  await change(site, { add: { ports: [published(a)] } });
  assert.equal(await askTcp(client, HOST.ip, 8080), "a 192.168.9.2");
  await change(site, {
    remove: { ports: [published(a)] },
    add: { ports: [published(a, { balance: "round-robin" })] },
  });
  assert.equal(await askTcp(client, HOST.ip, 8080), "a 192.168.9.2");
});

Deno.test("a port that leads elsewhere than is known is left alone, and said to be outdated", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { a, b } = site.containers;
  const balanced = published(a, { hostPort: 8081, balance: "round-robin" });
  await applyOn(site.host, formatRuleset(rulesOf(site, [published(a), balanced]), TABLE));
  const before = await listRules(site.host);
  for (
    const outdated of [
      { add: { ports: [published(b)] } },
      { remove: { ports: [published(b)] } },
      { add: { ports: [published(a, { balance: "round-robin" as const })] } },
      { add: { ports: [published(a, { hostPort: 8081 })] } },
    ]
  ) {
    await assert.rejects(change(site, outdated), OutdatedRulesError);
    assert.deepEqual(await listRules(site.host), before);
  }
  await applyOn(site.host, "delete table inet budgie");
  await assert.rejects(change(site, { add: { ports: [published(b)] } }), OutdatedRulesError);
});

Deno.test("the text of a change depends on nothing but the change", () => {
  const port = {
    protocol: "tcp" as const,
    hostPort: 80,
    reach: "lan" as const,
    targets: [{ address: "10.0.0.2", port: 8080 }],
  };
  assert.equal(
    formatChange({ add: { ports: [port] } }, "t"),
    `add element inet t balanced_ip { tcp . 80 : continue }
add element inet t host_only_ip { tcp . 80 }
delete element inet t balanced_ip { tcp . 80 : continue }
delete element inet t host_only_ip { tcp . 80 }
add element inet t ports_ip { tcp . 80 : 10.0.0.2 . 8080 }
`,
  );
  assert.equal(formatChange({}, "t"), "");
});
