import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { inspectNetwork, makeLink, refused } from "./fixture/networks.ts";
import { runOk, show } from "./fixture/process.ts";

/** Without images: nothing runs here. */
const openEmptyHost = (env: Record<string, string> = {}) => openHost({ ownNetwork: true, env, images: [] });

Deno.test("network ls shows the default network, host and none, in docker's columns", async () => {
  await using host = await openEmptyHost();
  const lines = (await host.ok(["network", "ls"])).split("\n");
  assert.match(lines[0], /^NETWORK ID {5}NAME {6}DRIVER {4}SCOPE$/);
  assert.deepEqual(lines.slice(1).map((line) => line.split(/ +/).slice(1)), [
    ["budgie0", "bridge", "local"],
    ["host", "host", "local"],
    ["none", "null", "local"],
  ]);
  for (const line of lines.slice(1)) assert.match(line, /^[0-9a-f]{12} /);
});

Deno.test("network create prints the ID, and ls shows the networks by name, in any format", async () => {
  await using host = await openEmptyHost();
  const id = await host.ok(["network", "create", "--label", "tier=front", "front"]);
  assert.match(id, /^[0-9a-f]{64}$/);
  await host.ok(["network", "create", "--ipv6", "--internal", "back"]);
  const names = await host.ok(["network", "ls", "--format", "{{.Name}}"]);
  assert.equal(names, "back\nbudgie0\nfront\nhost\nnone");
  assert.equal(await host.ok(["network", "ls", "-q", "-f", "name=front"]), id.slice(0, 12));
  assert.equal(await host.ok(["network", "ls", "-q", "--no-trunc", "-f", "name=front"]), id);
  const fields = '{{.ID}} {{.Driver}} {{.IPv4}} {{.IPv6}} {{.Internal}} {{.Labels}} {{.Label "tier"}}';
  assert.equal(
    await host.ok(["network", "ls", "-f", "name=front", "--format", fields]),
    `${id.slice(0, 12)} bridge true false false tier=front front`,
  );
  const [row] = (await host.ok(["network", "ls", "-f", "name=back", "--format", "json"])).split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual([row.Name, row.IPv6, row.Internal, row.Scope], ["back", "true", "true", "local"]);
  const table = await host.ok([
    "network",
    "ls",
    "-f",
    "name=front",
    "--format",
    "table {{.Name}}\t{{.Internal}}",
  ]);
  assert.equal(table, "NAME      INTERNAL\nfront     false");
  assert.equal(
    await host.ok(["network", "list", "-f", "name=no-such"]),
    "NETWORK ID   NAME      DRIVER    SCOPE",
  );
});

Deno.test("network ls chooses by each of docker's filters", async () => {
  await using host = await openEmptyHost();
  const id = await host.ok(["network", "create", "--label", "tier=front", "front"]);
  await makeLink(host, "lan0", "192.168.77.1/24");
  await host.ok([
    "network",
    "create",
    "-d",
    "macvlan",
    "--parent",
    "lan0",
    "--subnet",
    "192.168.77.0/24",
    "lan",
  ]);
  const names = async (...filters: string[]) =>
    (await host.ok([
      "network",
      "ls",
      "--format",
      "{{.Name}}",
      ...filters.flatMap((filter) => ["-f", filter]),
    ]))
      .split("\n").filter(Boolean);
  assert.deepEqual(await names("driver=macvlan"), ["lan"]);
  assert.deepEqual(await names("driver=host", "driver=null"), ["host", "none"]);
  assert.deepEqual(await names(`id=${id.slice(3, 20)}`), ["front"]);
  assert.deepEqual(await names("label=tier"), ["front"]);
  assert.deepEqual(await names("label=tier=back"), []);
  assert.deepEqual(await names("name=o.*t"), ["front", "host"]);
  assert.deepEqual(await names("type=builtin"), ["budgie0", "host", "none"]);
  assert.deepEqual(await names("type=custom"), ["front", "lan"]);
  assert.deepEqual(await names("scope=swarm"), []);
  assert.equal((await names("scope=local")).length, 5);
  assert.deepEqual(await names("dangling=true"), ["front", "lan"]);
  assert.deepEqual(await names("dangling=0"), ["budgie0", "host", "none"]);
  await refused(host, ["network", "ls", "-f", "colour=red"], {
    code: 1,
    message: /there is no filter 'colour'/,
  });
  await refused(host, ["network", "ls", "-f", "type=odd"], { code: 1, message: /one of builtin, custom/ });
});

Deno.test("network inspect has docker's keys, with everything that was asked for", async () => {
  await using host = await openEmptyHost();
  const id = await host.ok([
    ...[
      "network",
      "create",
      "--subnet",
      "10.77.0.0/24",
      "--gateway",
      "10.77.0.254",
      "--ip-range",
      "10.77.0.64/26",
    ],
    ...[
      "--subnet",
      "FD00:77::/64",
      "--mtu",
      "1400",
      "--isolate",
      "--internal",
      "--label",
      "tier=back",
      "back",
    ],
  ]);
  const { Created, ...rest } = await inspectNetwork(host, "back");
  assert.match(Created, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(rest, {
    Name: "back",
    Id: id,
    Scope: "local",
    Driver: "bridge",
    EnableIPv4: true,
    EnableIPv6: true,
    IPAM: {
      Driver: "default",
      Options: null,
      Config: [
        { Subnet: "10.77.0.0/24", IPRange: "10.77.0.64/26", Gateway: "10.77.0.254" },
        { Subnet: "fd00:77::/64", Gateway: "fd00:77::1" },
      ],
    },
    Internal: true,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: {},
    Options: { "com.docker.network.driver.mtu": "1400" },
    Labels: { tier: "back" },
    Budgie: { DataVersion: 1, Bridge: `bud${id.slice(0, 12)}`, Isolate: true },
  });
});

Deno.test("network inspect finds by ID and by its beginning, takes templates, and fails for what is missing", async () => {
  await using host = await openEmptyHost();
  const id = await host.ok(["network", "create", "front"]);
  for (const name of [id, id.slice(0, 5), "front"]) {
    assert.equal(await host.ok(["network", "inspect", "-f", "{{.Name}}", name]), "front");
  }
  assert.equal(
    await host.ok(["network", "inspect", "-f", "{{.Driver}} {{.IPAM.Config}}", "none"]),
    "null []",
  );
  assert.equal(await host.ok(["network", "inspect", "-f", "{{.Budgie.Bridge}}", "bridge"]), "budgie0");
  const json = await host.ok(["network", "inspect", "-f", "json", "front", "host"]);
  assert.deepEqual(JSON.parse(json).map(({ Name }: { Name: string }) => Name), ["front", "host"]);
  assert.equal(await host.ok(["inspect", "-f", "{{.Driver}}", "front"]), "bridge");
  assert.equal(await host.ok(["inspect", "--type", "network", "-f", "{{.Id}}", "front"]), id);
  const missing = await host.budgie(["network", "inspect", "frnt"]);
  assert.deepEqual([missing.code, missing.stdout], [1, "[]\n"]);
  assert.equal(missing.stderr, "Error: No such network: frnt\nhint: Did you mean 'front'?\n");
});

Deno.test("networks without a subnet get free ones, one after the other", async () => {
  await using host = await openEmptyHost();
  await makeLink(host, "lan0", "172.22.7.9/24");
  const subnet = async (...flags: string[]) => {
    const id = await host.ok(["network", "create", ...flags]);
    return (await inspectNetwork(host, id)).IPAM.Config.map(({ Subnet }: { Subnet: string }) => Subnet);
  };
  assert.deepEqual(await subnet("one"), ["172.21.0.0/16"]); // the first is the default network's
  assert.deepEqual(await subnet("two"), ["172.23.0.0/16"]); // the host has an address in the one between
  const [four, six] = await subnet("--ipv6", "three");
  assert.equal(four, "172.24.0.0/16");
  assert.match(six, /^fd[0-9a-f]{2}:[0-9a-f:]+\/64$/);
  await host.ok(["network", "rm", "one"]);
  assert.deepEqual(await subnet("four"), ["172.21.0.0/16"]);
  assert.equal((await inspectNetwork(host, "budgie0")).IPAM.Config[0].Subnet, "172.20.0.0/16");
});

Deno.test("routes of other tables than the main one count too", async () => {
  await using host = await openEmptyHost();
  await makeLink(host, "lan0", "192.168.77.1/24");
  const words = ["ip", "route", "add", "172.21.0.0/16", "via", "192.168.77.9", "table", "52"];
  await runOk(host.inNetwork(words));
  await host.ok(["network", "create", "front"]);
  assert.equal((await inspectNetwork(host, "front")).IPAM.Config[0].Subnet, "172.22.0.0/16");
});

Deno.test("the default network leaves a range that the host uses, and says so once", async () => {
  await using host = await openEmptyHost();
  await makeLink(host, "lan0", "172.20.7.9/24");
  const first = await host.budgie(["network", "create", "front"]);
  assert.equal(first.code, 0, show(first));
  assert.equal(
    first.stderr,
    "Warning: the default network has the subnet 172.21.0.0/16 instead of 172.20.0.0/16, " +
      "because the host reaches 172.20.7.0/24 by lan0\n",
  );
  const second = await host.budgie([
    "network",
    "inspect",
    "-f",
    "{{(index .IPAM.Config 0).Subnet}}",
    "budgie0",
  ]);
  assert.deepEqual([second.stdout, second.stderr], ["172.21.0.0/16\n", ""]);
});

Deno.test("BUDGIE_NETWORK_SUBNET is the default network's subnet", async () => {
  await using host = await openEmptyHost({ BUDGIE_NETWORK_SUBNET: "10.99.0.0/20" });
  const [config] = (await inspectNetwork(host, "budgie0")).IPAM.Config;
  assert.deepEqual(config, { Subnet: "10.99.0.0/20", Gateway: "10.99.0.1" });
  await using wrong = await openEmptyHost({ BUDGIE_NETWORK_SUBNET: "10.99.0.1/20" });
  await refused(wrong, ["network", "ls"], {
    code: 125,
    message: /'10\.99\.0\.1\/20'.*\(BUDGIE_NETWORK_SUBNET\)\nhint: Write 10\.99\.0\.0\/20/,
  });
});

Deno.test("network create says what is wrong with a subnet, a gateway or a range", async () => {
  await using host = await openEmptyHost();
  await makeLink(host, "lan0", "192.168.77.1/24");
  await host.ok(["network", "create", "--subnet", "10.77.0.0/16", "front"]);
  const cases: [string[], number, RegExp][] = [
    [["--subnet", "10.77.5.0/24"], 1, /'10\.77\.5\.0\/24': the network 'front' has 10\.77\.0\.0\/16/],
    [["--subnet", "172.20.0.0/24"], 1, /the network 'budgie0' has 172\.20\.0\.0\/16/],
    [["--subnet", "192.168.0.0/16"], 1, /the host reaches 192\.168\.77\.0\/24 by lan0/],
    [["--subnet", "10.78.0.0"], 125, /it is not an address and a prefix length/],
    [["--subnet", "10.78.0.7/24"], 125, /bits set behind the first 24\nhint: Write 10\.78\.0\.0\/24/],
    [["--subnet", "10.78.0.0/31"], 125, /too small for a gateway and a container/],
    [["--subnet", "127.0.0.0/8"], 125, /no host can have an address of 127\.0\.0\.0\/8/],
    [["--subnet", "10.78.0.0/16", "--subnet", "10.78.1.0/24"], 125, /it overlaps with 10\.78\.0\.0\/16/],
    [
      ["--subnet", "10.78.0.0/16", "--gateway", "10.79.0.1"],
      125,
      /it is not in the network's subnet 10\.78\.0\.0\/16/,
    ],
    [["--subnet", "10.78.0.0/16", "--ip-range", "10.79.0.0/24"], 125, /it is not in the network's subnet/],
    [["--mtu", "60"], 125, /from 68 to 65535/],
    [["--mtu", "1000", "--ipv6"], 125, /from 1280 to 65535/],
    [["--mtu", "big"], 125, /--mtu 'big'/],
    [["-d", "overlay"], 125, /bridge, macvlan, ipvlan/],
    [["-d", "macvlan"], 125, /it needs an interface of the host/],
    [["-d", "macvlan", "--parent", "lan1"], 1, /'lan1': the host has no interface of that name/],
    [["-d", "ipvlan", "--parent", "lan0", "--internal"], 125, /--internal with the driver ipvlan/],
    [["-d", "macvlan", "--parent", "lan0", "--isolate"], 125, /--isolate with the driver macvlan/],
    [["--parent", "lan0"], 125, /a bridge has none/],
    [
      ["-o", "com.docker.network.bridge.name=br0"],
      125,
      /--opt com\.docker\.network\.bridge\.name: not supported yet/,
    ],
    [["--attachable"], 125, /--attachable: not supported yet/],
    [["--label", "=x"], 125, /its key is empty/],
  ];
  for (const [flags, code, message] of cases) {
    await refused(host, ["network", "create", ...flags, "bad"], { code, message });
  }
  assert.equal(await host.ok(["network", "ls", "--format", "{{.Name}}", "-f", "type=custom"]), "front");
});

Deno.test("network create refuses names that are taken, or none", async () => {
  await using host = await openEmptyHost();
  await host.ok(["network", "create", "front"]);
  await refused(host, ["network", "create", "front"], {
    code: 1,
    message: /[0-9a-f]{12} has that name\nhint:/,
  });
  for (const name of ["budgie0", "bridge", "default", "host", "none"]) {
    await refused(host, ["network", "create", name], { code: 125, message: /that one is always there/ });
  }
  for (const name of ["-", "a b", "x/y", ""]) {
    await refused(host, ["network", "create", "--", name], { code: 125, message: /Cannot name a network/ });
  }
});

Deno.test("network create takes docker's options for what flags say too", async () => {
  await using host = await openEmptyHost();
  await makeLink(host, "lan0", "192.168.77.1/24");
  await host.ok([
    ...["network", "create", "-d", "ipvlan", "--subnet", "192.168.77.0/24", "-o", "parent=lan0"],
    ...["-o", "com.docker.network.driver.mtu=1400", "lan"],
  ]);
  const { Driver, Options, IPAM, Budgie } = await inspectNetwork(host, "lan");
  assert.equal(Driver, "ipvlan");
  assert.deepEqual(Options, { "com.docker.network.driver.mtu": "1400", parent: "lan0" });
  assert.deepEqual(IPAM.Config, [{ Subnet: "192.168.77.0/24", Gateway: "192.168.77.1" }]); // the LAN is the host's too
  assert.equal(Budgie.Bridge, "");
});

Deno.test("network rm removes several, and says of each that it can't remove", async () => {
  await using host = await openEmptyHost();
  const id = await host.ok(["network", "create", "one"]);
  await host.ok(["network", "create", "two"]);
  const result = await host.budgie(["network", "rm", "two", "no-such", "budgie0", "host", id.slice(0, 12)]);
  assert.equal(result.code, 1, show(result));
  assert.equal(result.stdout, `two\n${id.slice(0, 12)}\n`);
  assert.match(result.stderr, /^Error: No such network: no-such$/m);
  assert.match(result.stderr, /^Error: Cannot remove the network 'budgie0': that one is always there$/m);
  assert.match(result.stderr, /^Error: Cannot remove the network 'host': that one is always there$/m);
  const forced = await host.budgie(["network", "remove", "-f", "no-such"]);
  assert.deepEqual(forced, { code: 0, stdout: "", stderr: "Error: No such network: no-such\n" });
  assert.equal(await host.ok(["network", "ls", "-q", "-f", "type=custom"]), "");
});

Deno.test("network prune removes what fits and is not used", async () => {
  await using host = await openEmptyHost();
  await host.ok(["network", "create", "--label", "keep", "kept"]);
  await host.ok(["network", "create", "gone"]);
  const asked = await host.budgie(["network", "prune"]);
  assert.equal(asked.code, 1, show(asked));
  assert.match(asked.stderr, /there is no terminal\nhint: .*-f/);
  assert.equal(await host.ok(["network", "prune", "-f", "--filter", "until=1h"]), "");
  assert.equal(
    await host.ok(["network", "prune", "-f", "--filter", "label!=keep"]),
    "Deleted Networks:\ngone\n",
  );
  assert.equal(await host.ok(["network", "prune", "-f"]), "Deleted Networks:\nkept\n");
  assert.equal(await host.ok(["network", "ls", "--format", "{{.Name}}"]), "budgie0\nhost\nnone");
});

Deno.test("events tell of networks", async () => {
  await using host = await openEmptyHost();
  const id = await host.ok(["network", "create", "front"]);
  await host.ok(["network", "rm", "front"]);
  await host.ok(["network", "prune", "-f"]);
  const format = "{{.Type}} {{.Action}} {{.Actor.ID}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}}";
  const events = ["events", "--since", "1h", "--until", "0s", "--format", format];
  assert.deepEqual((await host.ok([...events, "-f", "network=front"])).split("\n"), [
    `network create ${id} front bridge`,
    `network destroy ${id} front bridge`,
  ]);
  assert.equal((await host.ok([...events, "-f", "type=network"])).split("\n").length, 3);
});

Deno.test("parallel creates get networks that do not overlap", async () => {
  await using host = await openEmptyHost();
  const names = Array.from({ length: 16 }, (_, index) => `n${index}`);
  await Promise.all(names.map((name) => host.ok(["network", "create", name])));
  const subnets = await host.ok([
    "network",
    "inspect",
    "-f",
    "{{(index .IPAM.Config 0).Subnet}}",
    ...names,
    "budgie0",
  ]);
  assert.equal(new Set(subnets.split("\n")).size, names.length + 1);
});
