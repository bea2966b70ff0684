import assert from "node:assert/strict";
import { formatRuleset } from "./ruleset.ts";
import { askTcp, inMachine } from "./testing/lab.ts";
import { applyOn, HOST, HOST_PORT, openSite, rulesOf, SERVICE_PORT, type Site } from "./testing/site.ts";

/** A site where the guard lets everything of its own pass, and nothing else stands in the way. */
async function openGuarded(): Promise<Site> {
  await using undo = new AsyncDisposableStack();
  const site = undo.use(await openSite({ brNetfilter: false }));
  await applyOn(site.host, formatRuleset(rulesOf(site), "budgie"));
  await applyOn(site.host, "delete table inet budgie");
  undo.move();
  return site;
}

/** Without the guard the same must succeed: else it would not be the guard that stood in the way. */
async function unguarded(site: Site): Promise<void> {
  await applyOn(site.host, "delete table bridge budgie");
  // Who has asked in vain asks again only once a second, which is as long as an answer is waited for.
  for (const machine of [site.host, ...Object.values(site.containers)]) {
    await inMachine(machine, "ip neigh flush all");
  }
}

Deno.test("a container can't use its neighbour's addresses", async () => {
  await using site = await openGuarded();
  const { host, containers: { a, b } } = site;
  assert.equal(await askTcp(a, HOST.ip, HOST_PORT), "host 172.20.0.2");
  assert.equal(await askTcp(a, HOST.ip6, HOST_PORT), "host fd20::2");
  await inMachine(b, "ip link set eth0 down");
  await inMachine(
    a,
    `ip addr add ${b.ip}/32 dev eth0; ip addr add ${b.ip6}/128 dev eth0 nodad
     ip route add ${HOST.ip} via 172.20.0.1 src ${b.ip}; ip route add ${HOST.ip6} via fd20::1 src ${b.ip6}`,
  );
  assert.equal(await askTcp(a, HOST.ip, HOST_PORT), "nothing");
  assert.equal(await askTcp(a, HOST.ip6, HOST_PORT), "nothing");
  // Nor does it answer to who looks for the neighbour, by ARP and by neighbour discovery.
  assert.equal(await askTcp(host, b.ip, SERVICE_PORT), "nothing");
  assert.equal(await askTcp(host, b.ip6, SERVICE_PORT), "nothing");
  await unguarded(site);
  assert.equal(await askTcp(a, HOST.ip, HOST_PORT), `host ${b.ip}`);
  assert.equal(await askTcp(a, HOST.ip6, HOST_PORT), `host ${b.ip6}`);
  assert.equal(await askTcp(host, b.ip, SERVICE_PORT), "a 172.20.0.1");
  assert.equal(await askTcp(host, b.ip6, SERVICE_PORT), "a fd20::1");
});

Deno.test("a container can't use its neighbour's MAC address, and the bridge does not learn it from there", async () => {
  await using site = await openGuarded();
  const { host, containers: { a, b } } = site;
  const learned = () => inMachine(host, `bridge fdb show dev ${a.veth}`);
  await inMachine(b, "ip link set eth0 down");
  await inMachine(a, `ip link set eth0 address ${b.macAddress}`);
  assert.equal(await askTcp(a, HOST.ip, HOST_PORT), "nothing");
  assert.ok(!(await learned()).includes(b.macAddress));
  await unguarded(site);
  assert.equal(await askTcp(a, HOST.ip, HOST_PORT), `host ${a.ip}`);
  assert.ok((await learned()).includes(b.macAddress));
});

Deno.test("a container can't announce itself as the owner of its neighbour's addresses", async () => {
  await using site = await openGuarded();
  const { host, containers: { a, b } } = site;
  await inMachine(b, "ip link set eth0 down");
  // Answers with its own source address, and the neighbour's as the one that is asked for.
  await inMachine(
    a,
    `echo 1 >/proc/sys/net/ipv6/conf/all/forwarding; echo 1 >/proc/sys/net/ipv6/conf/eth0/proxy_ndp
     ip neigh add proxy ${b.ip6} dev eth0`,
  );
  const owner = async () => {
    await askTcp(host, b.ip6, SERVICE_PORT);
    return await inMachine(host, `ip neigh show ${b.ip6} dev bud0`);
  };
  assert.ok(!(await owner()).includes(a.macAddress));
  await unguarded(site);
  assert.ok((await owner()).includes(a.macAddress));
});

Deno.test("a container can't announce itself as a router", async () => {
  await using site = await openGuarded();
  const { containers: { a, b } } = site;
  const bridge =
    "table inet count { chain input { type filter hook input priority 0; icmpv6 type nd-router-advert counter; }\n}";
  await applyOn(b, bridge);
  // A ping to all nodes, made into a router advertisement on its way out.
  await applyOn(
    a,
    `table inet lie { chain output { type filter hook output priority 0;
       icmpv6 type echo-request icmpv6 type set nd-router-advert; }
     }`,
  );
  const received = async () => {
    await inMachine(a, `busybox ping6 -c 1 -W 1 ${b.ip6} || true`);
    const [, packets] = /counter packets (\d+)/.exec(await inMachine(b, "nft list table inet count")) ?? [];
    return Number(packets);
  };
  assert.equal(await received(), 0);
  await unguarded(site);
  assert.equal(await received(), 1);
});

Deno.test("a container can ask whether an address is free", async () => {
  await using site = await openGuarded();
  const { containers: { a, b } } = site;
  // IPv6 does it by itself: an address that somebody has is found to be a duplicate.
  await inMachine(a, `echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad; ip addr add ${b.ip6}/64 dev eth0`);
  const isDuplicate = async () => (await inMachine(a, `ip addr show to ${b.ip6}`)).includes("dadfailed");
  for (let tries = 0; tries < 30 && !await isDuplicate(); tries++) {
    await new Promise((wake) => setTimeout(wake, 100));
  }
  assert.ok(await isDuplicate());
  const arping = await inMachine(a, `busybox arping -D -c 1 -w 1 -I eth0 ${b.ip} || true`);
  assert.match(arping, /Received 1 /);
});

Deno.test("interfaces that are not ours are not guarded", async () => {
  await using site = await openGuarded();
  const { host, containers: { a } } = site;
  const { endpoints, ...rest } = rulesOf(site);
  const others = endpoints.filter(({ veth }) => veth !== a.veth);
  await applyOn(host, formatRuleset({ ...rest, endpoints: others }, "budgie"));
  await applyOn(host, "delete table inet budgie");
  await inMachine(
    a,
    "ip link set eth0 address 02:00:00:00:00:99; ip addr flush dev eth0; ip addr add 172.20.0.9/16 dev eth0",
  );
  await inMachine(a, "ip route add default via 172.20.0.1");
  assert.equal(await askTcp(a, HOST.ip, HOST_PORT), "host 172.20.0.9");
});
