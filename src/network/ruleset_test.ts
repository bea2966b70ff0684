import assert from "node:assert/strict";
import { exists } from "../base/optional_file.ts";
import type { PortRules } from "./rules.ts";
import { formatRuleset } from "./ruleset.ts";
import { askTcp, askUdp, inMachine, type Machine } from "./testing/lab.ts";
import {
  applyOn,
  CLIENT,
  HOST,
  HOST_PORT,
  listRules,
  openSite,
  published,
  rulesOf,
  SERVICE_PORT,
  type Site,
} from "./testing/site.ts";

const tests: { name: string; test: (site: Site) => Promise<void> }[] = [];

function onBothKindsOfHosts(name: string, test: (site: Site) => Promise<void>): void {
  tests.push({ name, test });
}

// The sites take the most time. With br_netfilter, bridged packets meet the rules for IP too.
for (const brNetfilter of [false, true]) {
  Deno.test({
    name: `packet rules ${brNetfilter ? "with" : "without"} br_netfilter`,
    // A module that changes how all of a machine's bridges work is not loaded for a test.
    ignore: brNetfilter && !exists("/proc/sys/net/bridge") && Deno.env.get("CI") !== "true",
    async fn(context) {
      await using site = await openSite({ brNetfilter });
      for (const { name, test } of tests) await context.step(name, () => test(site));
    },
  });
}

function apply(site: Site, ports: PortRules[] = []): Promise<void> {
  return applyOn(site.host, formatRuleset(rulesOf(site, ports), "budgie"));
}

type Name = "host" | "client" | "a" | "b" | "c" | "d";

function machine(site: Site, name: Name) {
  return name === "host" || name === "client" ? site[name] : site.containers[name];
}

// a and b are on one network, c on another, d on an internal one; client is on the LAN.
onBothKindsOfHosts("who reaches whom at an inner address", async (site) => {
  await apply(site, [published(site.containers.a), published(site.containers.d, { hostPort: 8081 })]);
  const table: Record<Name, string> = {
    //       a b c d client
    host: "  a b c d client",
    client: "- - - - client",
    a: "     a b - - client",
    b: "     a b - - client",
    c: "     - - c - client",
    d: "     - - - d -",
  };
  const to = (["a", "b", "c", "d"] as const).map((name) => site.containers[name]);
  const all = [...to, { name: "client", ...CLIENT }];
  for (const family of ["ip", "ip6"] as const) {
    const rows = Object.keys(table) as Name[];
    const found = await Promise.all(rows.map(async (from) => {
      const row = await Promise.all(
        all.map((target) => askTcp(machine(site, from), target[family], SERVICE_PORT)),
      );
      return [from, row.map((answer) => answer === "nothing" ? "-" : answer.split(" ")[0])];
    }));
    const wanted = rows.map((from) => [from, table[from].trim().split(/\s+/)]);
    assert.deepEqual(found, wanted, family);
  }
});

onBothKindsOfHosts("who reaches a published port, and as whom", async (site) => {
  const { a, d } = site.containers;
  const ports = (["tcp", "udp"] as const).flatMap((protocol) => [
    published(a, { protocol }),
    published(a, { protocol, hostPort: 8081, reach: "host" }),
    published(d, { protocol, hostPort: 8082 }),
  ]);
  await apply(site, ports);
  const table: Record<Name, string> = {
    //       lan         host          internal
    host: "  a/host      a/host        d/gateway",
    client: "a/client    -             -",
    a: "     a/gateway   -             -",
    b: "     a/gateway   -             -",
    c: "     a/gateway   -             -",
    d: "     -           -             d/gateway",
  };
  const rows = Object.keys(table) as Name[];
  for (const family of ["ip", "ip6"] as const) {
    const names: Record<string, string> = {
      [HOST[family]]: "host",
      [CLIENT[family]]: "client",
      ...Object.fromEntries(
        ["172.20.0.1", "172.22.0.1", "fd20::1", "fd22::1"].map((name) => [name, "gateway"]),
      ),
    };
    const shown = (answer: string) => {
      const [container, source] = answer.split(" ");
      return source ? `${container}/${names[source] ?? source}` : "-";
    };
    for (const ask of [askTcp, askUdp]) {
      const found = await Promise.all(rows.map(async (from) => {
        const asked = [8080, 8081, 8082].map((port) => ask(machine(site, from), HOST[family], port));
        return [from, (await Promise.all(asked)).map(shown)];
      }));
      const wanted = rows.map((from) => [from, table[from].trim().split(/\s+/)]);
      assert.deepEqual(found, wanted, `${ask.name} ${family}`);
    }
  }
});

onBothKindsOfHosts(
  "not one packet goes out of an internal network, or comes in to a port of it",
  async (site) => {
    const { client, containers: { a, d } } = site;
    await apply(
      site,
      [a, d].map((container, index) => published(container, { protocol: "udp", hostPort: 8080 + index })),
    );
    const counter = `table inet count
    delete table inet count
    table inet count { chain input { type filter hook input priority 0; meta l4proto udp counter; }
    }`;
    for (const machine of [client, a, d]) await applyOn(machine, counter);
    const counted = async (machine: Machine) =>
      Number(/packets (\d+)/.exec(await inMachine(machine, "nft list table inet count"))![1]);
    for (const family of ["ip", "ip6"] as const) {
      await Promise.all([askUdp(d, CLIENT[family], 7), askUdp(client, HOST[family], 8081)]);
      assert.deepEqual([await counted(client), await counted(d)], [0, 0], family);
    }
    await askUdp(a, CLIENT.ip, 7);
    await askUdp(client, HOST.ip, 8080);
    // The second comes back to the client, too.
    assert.deepEqual([await counted(client), await counted(a)], [2, 1]);
  },
);

onBothKindsOfHosts(
  "the host reaches published ports by 127.0.0.1, and is refused at once by ::1",
  async (site) => {
    const { a } = site.containers;
    await apply(site, [
      published(a),
      published(a, { protocol: "udp" }),
      published(a, { hostPort: 81, hostIp: "127.0.0.1" }),
    ]);
    assert.equal(await askTcp(site.host, "127.0.0.1", 8080), "a 172.20.0.1");
    assert.equal(await askUdp(site.host, "127.0.0.1", 8080), "a 172.20.0.1");
    assert.equal(await askTcp(site.host, "127.0.0.1", 81), "a 172.20.0.1");
    assert.equal(await askTcp(site.host, HOST.ip, 81), "refused");
    assert.equal(await askTcp(site.host, "::1", 8080), "refused");
  },
);

onBothKindsOfHosts("containers reach nothing of the host but names on their own gateway", async (site) => {
  const { host, client, containers: { a, b, d } } = site;
  // A published port 53 gets what comes from outside, and does not stand between containers and their names.
  await apply(site, [published(b, { hostPort: 53 }), published(b, { hostPort: 53, protocol: "udp" })]);
  for (const ask of [askTcp, askUdp]) {
    assert.equal(await ask(a, "172.20.0.1", 53), "host 172.20.0.2");
    assert.equal(await ask(a, "fd20::1", 53), "host fd20::2");
    assert.equal(await ask(d, "172.22.0.1", 53), "host 172.22.0.2");
    assert.equal(await ask(client, HOST.ip, 53), "b 192.168.9.2");
    const closed: [string, number][] = [["172.20.0.1", HOST_PORT], [HOST.ip, HOST_PORT], [
      "fd20::1",
      HOST_PORT,
    ], [
      HOST.ip6,
      HOST_PORT,
    ]];
    const answers = await Promise.all(closed.map(([address, port]) => ask(a, address, port)));
    assert.deepEqual(answers, closed.map(() => "nothing"));
    // What is the host's own business stays so.
    assert.equal(await ask(client, HOST.ip, HOST_PORT), "host 192.168.9.2");
    assert.equal(await ask(host, "127.0.0.1", HOST_PORT), "host 127.0.0.1");
    assert.equal(await ask(host, "172.20.0.1", HOST_PORT), "host 172.20.0.1");
  }
});

onBothKindsOfHosts("names on another network's gateway are out of reach", async (site) => {
  await apply(site);
  const { a } = site.containers;
  assert.deepEqual(
    await Promise.all([askTcp(a, "172.21.0.1", 53), askTcp(a, HOST.ip, 53), askTcp(a, "fd21::1", 53)]),
    ["nothing", "nothing", "nothing"],
  );
});

onBothKindsOfHosts(
  "a container that is allowed to reaches the host's services, its neighbour does not",
  async (site) => {
    const { host, containers: { a, b } } = site;
    const rules = rulesOf(site);
    const endpoints = rules.endpoints.map((endpoint) => ({
      ...endpoint,
      allowHost: endpoint.veth === a.veth,
    }));
    await applyOn(host, formatRuleset({ ...rules, endpoints }, "budgie"));
    assert.equal(await askTcp(a, "172.20.0.1", HOST_PORT), "host 172.20.0.2");
    assert.equal(await askTcp(a, HOST.ip6, HOST_PORT), "host fd20::2");
    assert.equal(await askTcp(b, "172.20.0.1", HOST_PORT), "nothing");
  },
);

onBothKindsOfHosts(
  "a port at one address of the host comes before the same port at all of them",
  async (site) => {
    const { host, client, containers: { a, b, c } } = site;
    await apply(site, [
      published(a, { hostIp: HOST.ip }),
      published(b, { hostIp: "0.0.0.0" }),
      published(c, { hostIp: HOST.ip6 }),
    ]);
    assert.equal(await askTcp(client, HOST.ip, 8080), "a 192.168.9.2");
    assert.equal(await askTcp(host, "127.0.0.1", 8080), "b 172.20.0.1");
    assert.equal(await askTcp(client, HOST.ip6, 8080), "c fd09::2");
    // 0.0.0.0 says IPv4, and nothing else has the port there.
    assert.equal(await askTcp(host, "fd20::1", 8080), "refused");
  },
);

Deno.test("a container that has 127.0.0.1 behind its gateway does not reach the host's loopback", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, containers: { a } } = site;
  const rules = rulesOf(site);
  const endpoints = rules.endpoints.map((endpoint) => ({ ...endpoint, allowHost: true }));
  await applyOn(host, formatRuleset({ ...rules, endpoints }, "budgie"));
  await inMachine(
    a,
    `ip addr del 127.0.0.1/8 dev lo; echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet
     ip route add 127.0.0.0/8 via 172.20.0.1 src 172.20.0.2`,
  );
  assert.equal(await askTcp(a, "127.0.0.1", HOST_PORT), "nothing");
  await inMachine(host, "nft flush chain inet budgie raw");
  assert.equal(await askTcp(a, "127.0.0.1", HOST_PORT), "host 172.20.0.2");
});

Deno.test("containers that are kept from each other can't have the host pass their packets on", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a, b } } = site;
  for (const { veth } of [a, b]) await inMachine(host, `ip link set ${veth} type bridge_slave isolated on`);
  for (const [one, other] of [[a, b], [b, a]]) {
    // The host tells them that there is a shorter way, which they are kept from; where they believe it depends on how
    // often they ask in vain.
    await inMachine(
      one,
      `cd /proc/sys/net; for file in ipv4/conf/all ipv4/conf/eth0 ipv6/conf/eth0; do
         echo 0 >$file/accept_redirects
       done
       ip route add ${other.ip} via 172.20.0.1; ip route add ${other.ip6} via fd20::1`,
    );
  }
  const rules = rulesOf(site, [published(b)]);
  const apply = (isolate: boolean) => {
    const networks = rules.networks.map((network) => ({ ...network, isolate }));
    return applyOn(host, formatRuleset({ ...rules, networks }, "budgie"));
  };
  const ask = () => Promise.all([b.ip, b.ip6].map((address) => askTcp(a, address, SERVICE_PORT)));
  await apply(true);
  assert.deepEqual(await ask(), ["nothing", "nothing"]);
  assert.equal(await askTcp(client, HOST.ip, 8080), "b 192.168.9.2");
  assert.equal(await askTcp(a, CLIENT.ip, SERVICE_PORT), "client 192.168.9.1");
  await apply(false);
  assert.deepEqual(await ask(), ["b 172.20.0.2", "b fd20::2"]);
});

Deno.test("another table's drop policy has the last word, and no other table is changed", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a } } = site;
  await applyOn(
    host,
    `table inet firewall {
       set trusted { type ipv4_addr; elements = { 192.0.2.1 }; }
       chain forward { type filter hook forward priority filter; policy drop; ip saddr @trusted accept; }
     }
     table ip nat { chain prerouting { type nat hook prerouting priority dstnat; tcp dport 81 redirect to 82; }
     }
     table bridge other { chain forward { type filter hook forward priority 0; counter; }
     }`,
  );
  const others = "for table in 'inet firewall' 'ip nat' 'bridge other'; do nft -s list table $table; done";
  const before = await inMachine(host, others);
  await apply(site, [published(a)]);
  assert.equal(await askTcp(client, HOST.ip, 8080), "nothing");
  assert.equal(await askTcp(a, CLIENT.ip, SERVICE_PORT), "nothing");
  await apply(site, [published(a)]);
  assert.equal(await inMachine(host, others), before);
  await inMachine(host, "nft delete table inet firewall");
  assert.equal(await askTcp(client, HOST.ip, 8080), "a 192.168.9.2");
});

Deno.test("applying the same rules again changes nothing, whatever was there", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { a, b } = site.containers;
  const ports = [published(a), published(b, { hostPort: 8081, balance: "round-robin" })];
  await apply(site, ports);
  const first = await listRules(site.host);
  await inMachine(site.host, "nft flush chain inet budgie forward; nft delete table bridge budgie");
  await apply(site, ports);
  assert.deepEqual(await listRules(site.host), first);
});

Deno.test("the tables of two data directories stand side by side", async () => {
  await using site = await openSite({ brNetfilter: false });
  const { host, client, containers: { a, c } } = site;
  const { networks, endpoints } = rulesOf(site);
  const part = (bridge: string, port: PortRules) => ({
    networks: networks.filter((network) => network.bridge === bridge),
    endpoints: endpoints.filter((endpoint) => endpoint.bridge === bridge),
    ports: [port],
  });
  await applyOn(host, formatRuleset(part("bud0", published(a)), "budgie"));
  await applyOn(host, formatRuleset(part("bud1", published(c, { hostPort: 8081 })), "budgie_0123456789ab"));
  assert.equal(await askTcp(client, HOST.ip, 8080), "a 192.168.9.2");
  assert.equal(await askTcp(client, HOST.ip, 8081), "c 192.168.9.2");
  assert.equal(await askTcp(a, c.ip, SERVICE_PORT), "nothing");
  assert.equal(await askTcp(c, a.ip, SERVICE_PORT), "nothing");
  assert.equal(await askTcp(a, CLIENT.ip, SERVICE_PORT), "client 192.168.9.1");
});

Deno.test("ports become elements: the chains are the same for one and for a thousand", () => {
  const ports = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      protocol: "tcp" as const,
      hostPort: 1000 + index,
      reach: "lan" as const,
      targets: [{ address: "172.20.0.2", port: 80 }],
    }));
  const chains = (count: number) =>
    formatRuleset({ networks: [], endpoints: [], ports: ports(count) }, "t").replaceAll(
      /elements = \{.*?\}; /g,
      "",
    );
  assert.equal(chains(1000), chains(1));
});
