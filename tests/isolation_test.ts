/** Who is kept from whom, also where containers may change what they are (CAP_NET_ADMIN) and try to deceive. */
import assert from "node:assert/strict";
import { askUdp, inMachine, type Machine } from "../src/network/testing/lab.ts";
import { ask, askAll, CLIENT, HOST, type Lan, openLan, SERVICE_PORT } from "./fixture/lan.ts";

/** `front` and `back`, of both families. */
async function openNetworks(...more: string[][]): Promise<Lan> {
  const lan = await openLan();
  try {
    for (const [number, flags] of [["front"], ["back"], ...more].entries()) {
      const subnets = ["--subnet", `10.${number + 1}.0.0/24`, "--subnet", `fd0${number + 1}::/64`];
      await lan.host.ok(["network", "create", ...subnets, ...flags]);
    }
  } catch (error) {
    await lan[Symbol.asyncDispose]();
    throw error;
  }
  return lan;
}

/** Runs a script in a container. */
function inside(lan: Lan, { name }: Machine, script: string): Promise<string> {
  return lan.host.ok(["exec", name, "sh", "-ec", script]);
}

Deno.test("a container that takes another's address, or the gateway's, gets nothing of what is theirs", async () => {
  await using lan = await openNetworks();
  const web = await lan.serve("web", ["--network", "front"]);
  const [thief, neighbour] = await Promise.all([
    lan.serve("thief", [
      "--network",
      "front",
      "--ip",
      "10.1.0.66",
      "--ip6",
      "fd01::66",
      "--cap-add",
      "NET_ADMIN",
    ]),
    lan.serve("neighbour", ["--network", "front", "--ip", "10.1.0.77", "--ip6", "fd01::77"]),
  ]);
  await inside(
    lan,
    thief,
    `for address in 10.1.0.1 10.1.0.2; do
       ip addr add $address/24 dev eth0
       arping -c 1 -U -I eth0 $address >/dev/null || true
     done`,
  );
  // busybox has no word for an address that is used without asking whether another has it.
  await inMachine(thief, "for address in fd01::1 fd01::2; do ip addr add $address/64 dev eth0 nodad; done");
  // Who has not asked before has to find out now who has an address.
  await inMachine(neighbour, "ip neigh flush dev eth0");
  await inMachine(lan.outside, "ip neigh flush all");
  for (const from of [neighbour, lan.outside]) {
    for (const address of ["10.1.0.2", "fd01::2"]) assert.match(await ask(from, address, 80), /^web /);
  }
  for (const address of ["10.1.0.66", "fd01::66"]) assert.match(await ask(neighbour, address, 80), /^thief /);
  assert.equal(await ask(neighbour, CLIENT.ip, SERVICE_PORT), `client ${HOST.ip}`);
  assert.equal(await ask(neighbour, CLIENT.ip6, SERVICE_PORT), `client ${HOST.ip6}`);
  assert.equal(await ask(web, "10.1.0.77", 80), "neighbour 10.1.0.2");
});

Deno.test("nothing comes from a container under an address or a MAC address that is not its own", async () => {
  await using lan = await openNetworks();
  const web = await lan.serve("web", ["--network", "front", "-p", "8080:80"]);
  const [thief, neighbour] = await Promise.all([
    lan.serve("thief", [
      "--network",
      "front",
      "--ip",
      "10.1.0.66",
      "--ip6",
      "fd01::66",
      "--cap-add",
      "NET_ADMIN",
    ]),
    lan.serve("neighbour", ["--network", "front"]),
  ]);
  const macAddress = (name: string) =>
    lan.host.ok(["inspect", "-f", "{{.NetworkSettings.MacAddress}}", name]);
  const [own, others] = await Promise.all([macAddress("thief"), macAddress("web")]);
  const targets: [string, number, string][] = [
    ["10.1.0.2", 80, "web"],
    ["fd01::2", 80, "web"],
    [HOST.ip, 8080, "web"],
    [CLIENT.ip, SERVICE_PORT, "client"],
    [CLIENT.ip6, SERVICE_PORT, "client"],
  ];
  const answers = async () =>
    (await Promise.all(targets.map(([address, port]) => ask(thief, address, port))))
      .map((answer) => answer.split(" ")[0]);
  /** Gives the thief addresses, and the routes that go with them. */
  const be = async (ip: string, ip6: string, mac: string) => {
    await inside(
      lan,
      thief,
      `ip addr flush dev eth0; ip link set eth0 down; ip link set eth0 address ${mac}; ip link set eth0 up
       ip addr add ${ip}/24 dev eth0; ip route add default via 10.1.0.1`,
    );
    await inMachine(thief, `ip addr add ${ip6}/64 dev eth0 nodad; ip route add default via fd01::1`);
  };
  const all = targets.map(([, , name]) => name);
  const none = targets.map(() => "nothing");
  assert.deepEqual(await answers(), all);
  await be("10.1.0.99", "fd01::99", own);
  assert.deepEqual(await answers(), none);
  await be("10.1.0.2", "fd01::2", own);
  // Its own address as well now, where it has a server too.
  assert.deepEqual((await answers()).slice(2), none.slice(2));
  await be("10.1.0.66", "fd01::66", others);
  assert.deepEqual(await answers(), none);
  // Nor did the bridge learn that the address has moved.
  assert.match(await ask(neighbour, "10.1.0.2", 80), /^web /);
  await be("10.1.0.66", "fd01::66", own);
  assert.deepEqual(await answers(), all);
  assert.equal(await ask(web, "10.1.0.66", 80), "thief 10.1.0.2");
});

Deno.test("containers of an isolated network reach the LAN, and not each other", async () => {
  await using lan = await openNetworks(["--isolate", "apart"]);
  const [one, two] = await Promise.all([
    lan.serve("one", ["--network", "apart", "--ip", "10.3.0.11", "--ip6", "fd03::11"]),
    lan.serve("two", ["--network", "apart", "--ip", "10.3.0.12", "--ip6", "fd03::12", "-p", "8080:80"]),
  ]);
  const neighbours = () => askAll([one, "10.3.0.12", 80], [one, "fd03::12", 80]);
  assert.deepEqual(await neighbours(), ["nothing", "nothing"]);
  // A host route through the gateway, around the bridge.
  await inMachine(one, "ip route add 10.3.0.12/32 via 10.3.0.1; ip route add fd03::12/128 via fd03::1");
  assert.deepEqual(await neighbours(), ["nothing", "nothing"]);
  assert.equal(await ask(one, CLIENT.ip, SERVICE_PORT), `client ${HOST.ip}`);
  assert.match(await ask(lan.outside, "10.3.0.12", 80), /^two /);
  assert.equal(await ask(lan.client, HOST.ip, 8080), `two ${CLIENT.ip}`);
  assert.match(await ask(two, "10.3.0.12", 80), /^two /);
});

Deno.test("containers of an internal network reach each other, and nobody else whatever routes they make", async () => {
  await using lan = await openNetworks(["--internal", "cell"]);
  await lan.serve("web", ["--network", "front", "-p", "8080:80"]);
  const [one] = await Promise.all([
    lan.serve("one", ["--network", "cell", "--ip", "10.3.0.11", "--cap-add", "NET_ADMIN"]),
    lan.serve("two", ["--network", "cell", "--ip", "10.3.0.12", "--ip6", "fd03::12"]),
  ]);
  assert.equal((await inside(lan, one, "ip route")).trim(), "10.3.0.0/24 dev eth0 scope link  src 10.3.0.11");
  await inside(lan, one, "ip route add default via 10.3.0.1; ip -6 route add default via fd03::1");
  const outside: [string, number][] = [
    [CLIENT.ip, SERVICE_PORT],
    [CLIENT.ip6, SERVICE_PORT],
    [HOST.ip, SERVICE_PORT],
    [HOST.ip, 8080],
    [HOST.ip6, 8080],
    ["10.3.0.1", 8080],
    ["10.3.0.1", SERVICE_PORT],
    ["10.1.0.2", 80],
    ["fd01::2", 80],
  ];
  assert.deepEqual(
    await askAll(...outside.map(([address, port]) => [one, address, port] as Parameters<typeof ask>)),
    outside.map(() => "nothing"),
  );
  for (const address of ["10.3.0.12", "fd03::12"]) assert.match(await ask(one, address, 80), /^two /);
  assert.match(await inside(lan, one, "nslookup two"), /Address: 10\.3\.0\.12$/m);
});

Deno.test("a container in two networks is no way from one into the other", async () => {
  await using lan = await openNetworks();
  const both = await lan.serve("both", ["--network", "front", "--network", "back"]); // has the lowest addresses
  const [one, other] = await Promise.all([
    lan.serve("one", [
      "--network",
      "front",
      "--ip",
      "10.1.0.11",
      "--ip6",
      "fd01::11",
      "--cap-add",
      "NET_ADMIN",
    ]),
    lan.serve("other", [
      "--network",
      "back",
      "--ip",
      "10.2.0.12",
      "--ip6",
      "fd02::12",
      "--cap-add",
      "NET_ADMIN",
    ]),
  ]);
  for (const address of ["10.1.0.11", "10.2.0.12", "fd01::11", "fd02::12"]) {
    assert.notEqual(await ask(both, address, 80), "nothing");
  }
  // Even where it is willing.
  await inMachine(
    both,
    "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding",
  );
  await inside(lan, one, `ip route add 10.2.0.0/24 via 10.1.0.2; ip -6 route add fd02::/64 via fd01::2`);
  await inside(lan, other, `ip route add 10.1.0.0/24 via 10.2.0.2; ip -6 route add fd01::/64 via fd02::2`);
  assert.deepEqual(await askAll([one, "10.2.0.12", 80], [one, "fd02::12", 80]), ["nothing", "nothing"]);
});

Deno.test("of the host's services a container reaches DNS on its own gateway alone, unless it is allowed all", async () => {
  await using lan = await openNetworks();
  await lan.serve("other", ["--network", "back"]);
  const [web, guest] = await Promise.all([
    lan.serve("web", ["--network", "front", "--ip", "10.1.0.11"]),
    lan.serve("guest", ["--network", "front", "--ip", "10.1.0.12", "--allow-host"]),
  ]);
  lan.lab.serveUdp(lan.outside, 5000);
  assert.match(await inside(lan, web, "nslookup guest 10.1.0.1"), /Address: 10\.1\.0\.12$/m);
  const addresses = ["10.1.0.1", "fd01::1", "10.2.0.1", HOST.ip, HOST.ip6];
  await Promise.all(addresses.map(async (address) => {
    assert.equal(await askUdp(web, address, 5000), "nothing", address);
    assert.match(await askUdp(guest, address, 5000), /^host /, address);
    assert.equal(await ask(web, address, SERVICE_PORT), "nothing", address);
    assert.match(await ask(guest, address, SERVICE_PORT), /^host /, address);
  }));
  assert.equal(await ask(web, "10.2.0.1", 53), "nothing");
  assert.match(await inside(lan, web, `ping -c 1 -W 5 10.1.0.1`), /1 packets received/);
  await lan.host.ok(["rm", "-f", "guest"]);
  // The address of one who was allowed is no key.
  const heir = await lan.serve("heir", ["--network", "front", "--ip", "10.1.0.12"]);
  assert.equal(await ask(heir, "10.1.0.1", SERVICE_PORT), "nothing");
});
