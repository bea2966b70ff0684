import assert from "node:assert/strict";
import { describeObstacle, type Obstacle, parseLegacyObstacles, parseObstacles } from "./reach.ts";
import { formatRuleset } from "./ruleset.ts";
import { inMachine, Lab, type Machine } from "./testing/lab.ts";
import { applyOn } from "./testing/site.ts";

/** What a process in the machine's network finds: /proc and the programs that it starts are of there. */
async function findOn(machine: Machine): Promise<Obstacle[]> {
  const script = `import { findObstacles } from "${import.meta.resolve("./reach.ts")}";
    console.log(JSON.stringify(await findObstacles()));`;
  return JSON.parse(await inMachine(machine, `'${Deno.execPath()}' eval '${script}'`));
}

Deno.test("firewalls that drop or reject by default are found, and our own tables are none", async () => {
  await using lab = new Lab();
  const host = await lab.machine("host");
  const none = { networks: [], endpoints: [], ports: [] };
  await applyOn(host, formatRuleset(none, "budgie") + formatRuleset(none, "budgie_0123456789ab"));
  assert.deepEqual(await findOn(host), []);
  await applyOn(
    host,
    `table inet strict {
       chain forward { type filter hook forward priority 0; policy drop; ct state established accept; }
       chain output { type filter hook output priority 0; policy drop; }
       chain helper { drop; }
     }
     table inet firewalld {
       chain filter_FORWARD { type filter hook forward priority filter + 10; policy accept;
         ct state { established, related } accept
         reject with icmpx type admin-prohibited
       }
       chain filter_INPUT { type filter hook input priority filter + 10; policy accept; ct state invalid drop; }
     }
     table bridge other { chain forward { type filter hook forward priority 0; policy drop; }
     }`,
  );
  await inMachine(host, "iptables-nft -A INPUT -j REJECT; ip6tables-nft -t mangle -P PREROUTING DROP");
  await inMachine(host, "iptables-legacy -P FORWARD DROP; ip6tables-legacy -A INPUT -j DROP");
  const found = (await findOn(host)).map(({ family, table, chain, hook }) =>
    `${family} ${table} ${chain} ${hook}`
  );
  assert.deepEqual(found.sort(), [
    "inet firewalld filter_FORWARD forward",
    "inet strict forward forward",
    "ip filter FORWARD forward",
    "ip filter INPUT input",
    "ip6 filter INPUT input",
    "ip6 mangle PREROUTING prerouting",
  ]);
});

Deno.test("a host without iptables' old tables does not get them by being looked at", async () => {
  await using lab = new Lab();
  const host = await lab.machine("host");
  await findOn(host);
  assert.equal(await inMachine(host, "cat /proc/net/ip_tables_names /proc/net/ip6_tables_names"), "");
});

Deno.test("only the last rule of a chain decides, and only without a condition", () => {
  const chain = { chain: { family: "ip", table: "t", name: "c", hook: "forward", policy: "accept" } };
  const rule = (...expr: unknown[]) => ({ rule: { family: "ip", table: "t", chain: "c", expr } });
  const found = (...objects: unknown[]) =>
    parseObstacles(JSON.stringify({ nftables: [chain, ...objects] })).length;
  const counter = { counter: { packets: 1, bytes: 2 } };
  assert.equal(found(rule(counter, { drop: null })), 1);
  assert.equal(found(rule({ log: {} }, { reject: { type: "icmpx" } })), 1);
  assert.equal(found(rule({ drop: null }), rule(counter)), 0);
  assert.equal(found(rule({ match: {} }, { drop: null })), 0);
  assert.equal(found(rule({ accept: null })), 0);
});

Deno.test("iptables -S says by its policy or in its last rule that everything else is dropped", () => {
  const rules = "-P INPUT ACCEPT\n-P FORWARD DROP\n-P OUTPUT DROP\n-A INPUT -i lo -j ACCEPT\n";
  const forward = { family: "ip", table: "filter", chain: "FORWARD", hook: "forward" };
  assert.deepEqual(parseLegacyObstacles(rules, "ip"), [forward]);
  assert.equal(
    parseLegacyObstacles(`${rules}-A INPUT -j REJECT --reject-with icmp-port-unreachable\n`, "ip").length,
    2,
  );
  assert.equal(
    parseLegacyObstacles(`${rules}-A INPUT -j DROP\n-A INPUT -s 10.0.0.1/32 -j DROP\n`, "ip").length,
    1,
  );
});

Deno.test("an obstacle is described with what it keeps from what", () => {
  assert.equal(
    describeObstacle({ family: "ip", table: "filter", chain: "FORWARD", hook: "forward" }),
    "The firewall chain 'FORWARD' (table ip filter) may keep others from published ports: it lets nothing of IPv4 " +
      "pass but what its own rules accept",
  );
  assert.match(
    describeObstacle({ family: "inet", table: "fw", chain: "in", hook: "input" }),
    /containers from the host's DNS: it lets nothing pass but/,
  );
});
