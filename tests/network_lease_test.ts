import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import {
  addressesIn,
  bridgesOf,
  inspectNetwork,
  interfacesIn,
  makeLink,
  openNetworkHost,
  refused,
} from "./fixture/networks.ts";

Deno.test("a container has the lowest free address from its creation to its removal", async () => {
  await using host = await openNetworkHost(["--subnet", "10.77.0.0/24", "--ipv6", "front"]);
  const create = (name: string) => host.ok(["create", "--network", "front", "--name", name, "busybox"]);
  const id = await create("one");
  await create("two");
  const { Containers, IPAM } = await inspectNetwork(host, "front");
  const prefix = IPAM.Config[1].Subnet.replace("/64", "");
  const { EndpointID, ...one } = Containers[id];
  assert.match(EndpointID, /^[0-9a-f]{64}$/);
  assert.deepEqual(one, {
    Name: "one",
    MacAddress: "02:42:0a:4d:00:02",
    IPv4Address: "10.77.0.2/24",
    IPv6Address: `${prefix}2/64`,
  });
  await host.ok(["rm", "one"]);
  await create("three");
  assert.deepEqual(await addressesIn(host, "front"), { two: "10.77.0.3/24", three: "10.77.0.2/24" });
});

Deno.test("50 parallel creates get 50 addresses", async () => {
  await using host = await openNetworkHost(["--subnet", "10.77.0.0/24", "front"]);
  const names = Array.from({ length: 50 }, (_, index) => `c${index}`);
  await Promise.all(
    names.map((name) =>
      host.ok(["create", "--network", "front", "--name", name, "busybox"], { timeoutMs: 300_000 })
    ),
  );
  const given = Object.values(await addressesIn(host, "front")).sort((a, b) => lastByte(a) - lastByte(b));
  assert.deepEqual(given, names.map((_, index) => `10.77.0.${index + 2}/24`));
});

Deno.test("a full subnet is said with its numbers, and nothing is left of the container", async () => {
  await using host = await openNetworkHost([
    "--subnet",
    "10.77.0.0/29",
    "--ip-range",
    "10.77.0.4/31",
    "front",
  ]);
  const create = (name: string) => ["create", "--network", "front", "--name", name, "busybox"];
  await host.ok(create("one"));
  await host.ok(create("two"));
  await refused(host, create("three"), {
    code: 125,
    message:
      /in the network 'front': all 2 of the range 10\.77\.0\.4\/31 are taken\nhint: .*network inspect front/,
  });
  assert.equal((await host.ok(["ps", "-aq"])).split("\n").length, 2);
  await host.ok(["rm", "one"]);
  await host.ok(create("three"));
});

Deno.test("fixed addresses are checked, and the holder of a taken one is named", async () => {
  await using host = await openNetworkHost([
    "--subnet",
    "10.77.0.0/24",
    "--subnet",
    "fd00:77::/64",
    "front",
  ]);
  const create = (...flags: string[]) => ["create", "--network", "front", ...flags, "busybox"];
  await host.ok(
    create(
      "--name",
      "one",
      "--ip",
      "10.77.0.9",
      "--ip6",
      "FD00:77:0::9",
      "--mac-address",
      "02:AA:00:00:00:09",
    ),
  );
  const [one] = Object.values((await inspectNetwork(host, "front")).Containers) as Record<string, string>[];
  assert.deepEqual([one.IPv4Address, one.IPv6Address, one.MacAddress], [
    "10.77.0.9/24",
    "fd00:77::9/64",
    "02:aa:00:00:00:09",
  ]);
  const cases: [string[], RegExp][] = [
    [
      ["--ip", "10.77.0.9"],
      /'10\.77\.0\.9' in the network 'front': container 'one' has it\nhint: .*remove 'one'/,
    ],
    [["--ip6", "fd00:77::9"], /container 'one' has it/],
    [["--mac-address", "02:aa:00:00:00:09"], /container 'one' has it/],
    [
      ["--ip", "10.78.0.9"],
      /it is not in its subnet\nhint: Choose one of 10\.77\.0\.0\/24 and fd00:77::\/64/,
    ],
    [["--ip", "10.77.0.1"], /it is the gateway's/],
    [["--ip", "10.77.0.255"], /it stands for all of 10\.77\.0\.0\/24/],
    [["--ip", "10.77.0"], /10\.77\.0/],
    [["--mac-address", "01:00:5e:00:00:01"], /MAC address/],
  ];
  for (const [flags, message] of cases) await refused(host, create(...flags), { code: 125, message });
});

Deno.test("a network that is not there is a failure of run and create, with a guess", async () => {
  await using host = await openNetworkHost(["front"]);
  for (const verb of ["run", "create"]) {
    await refused(host, [verb, "--network", "frnt", "busybox", "true"], {
      code: 125,
      message: /^Error: No such network: frnt\nhint: Did you mean 'front'\?\n$/,
    });
  }
  await refused(host, ["create", "--network", "front", "--network", "front", "busybox"], {
    code: 125,
    message: /front/,
  });
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("a container of an ipvlan has no MAC address of its own", async () => {
  await using host = await openNetworkHost();
  await makeLink(host, "lan0", "192.168.77.1/24");
  const place = ["--parent", "lan0", "--subnet", "192.168.77.0/24"];
  await host.ok(["network", "create", "-d", "ipvlan", ...place, "lan"]);
  await host.ok(["create", "--network", "lan", "busybox"]);
  const { Containers } = await inspectNetwork(host, "lan");
  const [{ MacAddress, IPv4Address }] = Object.values(Containers) as Record<string, string>[];
  assert.deepEqual([MacAddress, IPv4Address], ["", "192.168.77.2/24"]);
  await refused(host, ["create", "--network", "lan", "--mac-address", "02:aa:00:00:00:09", "busybox"], {
    code: 125,
    message: /all interfaces of the ipvlan 'lan' have that of 'lan0'/,
  });
});

Deno.test("a container that names no network is in the default one", async () => {
  await using host = await openHost({ ownNetwork: true, env: { BUDGIE_NETWORK_DEFAULT: "" } });
  await host.ok(["run", "-d", "--name", "web", "busybox", "sleep", "1000"]);
  assert.deepEqual(await interfacesIn(host, "web"), ["eth0 172.20.0.2/16"]);
  assert.deepEqual(await addressesIn(host, "budgie0"), { web: "172.20.0.2/16" });
  assert.deepEqual((await bridgesOf(host)).map(({ ifname }) => ifname), ["budgie0"]);
  await host.ok(["create", "--network", "bridge", "--name", "docker", "busybox"]); // docker's word for it
  assert.equal((await addressesIn(host, "budgie0")).docker, "172.20.0.3/16");
});

Deno.test("the network of another container is settled when a container is created", async () => {
  await using host = await openNetworkHost(["front"]);
  await host.ok(["create", "--network", "front", "--name", "web", "busybox"]);
  await host.ok(["create", "--network", "container:web", "--name", "side", "busybox"]);
  await host.ok(["create", "--network", "host", "--name", "wide", "busybox"]);
  const cases: [string, RegExp][] = [
    ["side", /'side': it shares that of 'web' itself\nhint: Use --network container:web/],
    ["wide", /'wide': it has the host's\nhint: Use --network host/],
    ["no-such", /No such container: no-such/],
  ];
  for (const [name, message] of cases) {
    await refused(host, ["create", "--network", `container:${name}`, "busybox"], { code: 125, message });
  }
});

function lastByte(address: string): number {
  return Number(/\.(\d+)\//.exec(address)![1]);
}
