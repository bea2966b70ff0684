/** What users write about a container's network, as `inspect` and the listings show it again. */
import assert from "node:assert/strict";
import { type Host, openHost } from "./fixture/host.ts";
import { runOk, show } from "./fixture/process.ts";

/** A container that is created with these flags, as `inspect` has it. */
async function created(host: Host, ...flags: string[]) {
  const id = (await host.ok(["create", ...flags, "busybox"])).trim();
  const [details] = JSON.parse(await host.ok(["inspect", id]));
  await host.ok(["rm", id]);
  return details;
}

Deno.test("create --network has addresses in each network, those that were asked for", async () => {
  await using host = await openHost({ ownNetwork: true });
  await host.ok(["network", "create", "--subnet", "172.29.8.0/24", "--subnet", "fd00:29:8::/64", "front"]);
  await host.ok(["network", "create", "--subnet", "172.29.9.0/24", "back"]);
  const { NetworkSettings, HostConfig } = await created(
    host,
    ...["--name", "web", "--network", "front:ip=172.29.8.7,mac-address=02:42:AC:1D:08:63,alias=www"],
    ...["--network", "name=back,alias=db", "--ip6", "fd00:29:8:0::7"],
  );
  assert.equal(HostConfig.NetworkMode, "front");
  const { front, back } = NetworkSettings.Networks;
  assert.deepEqual([front.IPAddress, front.IPPrefixLen, front.Gateway], ["172.29.8.7", 24, "172.29.8.1"]);
  assert.deepEqual([front.GlobalIPv6Address, front.GlobalIPv6PrefixLen], ["fd00:29:8::7", 64]);
  assert.deepEqual([front.MacAddress, front.Aliases], ["02:42:ac:1d:08:63", ["www"]]);
  assert.deepEqual(front.DNSNames.slice(0, 2), ["web", "www"]);
  assert.deepEqual([back.IPAddress, back.Aliases], ["172.29.9.2", ["db"]]);
});

Deno.test("a container without --network is in the environment's default, or in budgie0", async () => {
  await using host = await openHost({ ownNetwork: true });
  const env = { BUDGIE_NETWORK_DEFAULT: "", BUDGIE_NETWORK_SUBNET: "172.29.10.0/24" };
  const id = (await host.ok(["create", "busybox"], { env })).trim();
  const format =
    "{{range $name, $network := .NetworkSettings.Networks}}{{$name}} {{$network.IPAddress}}{{end}}";
  assert.equal(await host.ok(["inspect", "--format", format, id]), "budgie0 172.29.10.2");
  const none = (await host.ok(["create", "busybox"])).trim();
  assert.equal(await host.ok(["inspect", "--format", format, none]), "none ");
  const wrong = await host.budgie(["create", "busybox"], { env: { BUDGIE_NETWORK_DEFAULT: "container:x" } });
  assert.equal(wrong.code, 125, show(wrong));
  assert.match(wrong.stderr, /^Error: Cannot use BUDGIE_NETWORK_DEFAULT='container:x'/);
});

Deno.test("create shows what is to be published, exposed and resolved", async () => {
  await using host = await openHost({ ownNetwork: true });
  await host.ok(["network", "create", "--subnet", "172.29.8.0/24", "front"]);
  const { HostConfig, Config, NetworkSettings } = await created(
    host,
    ...["--network", "front", "-p", "8080-8081:80-81", "-p", "127.0.0.1::53/udp", "-P", "--expose", "90"],
    ...["--dns", "9.9.9.9", "--dns-search", "example.com", "--dns-option", "ndots:2", "--add-host", "a=::1"],
  );
  assert.deepEqual(HostConfig.PortBindings, {
    "80/tcp": [{ HostIp: "", HostPort: "8080" }],
    "81/tcp": [{ HostIp: "", HostPort: "8081" }],
    "53/udp": [{ HostIp: "127.0.0.1", HostPort: "" }],
  });
  assert.deepEqual(Object.keys(Config.ExposedPorts), ["90/tcp", "80/tcp", "81/tcp", "53/udp"]);
  assert.deepEqual(NetworkSettings.Ports, {}); // it does not run
  assert.equal(HostConfig.PublishAllPorts, true);
  assert.deepEqual([HostConfig.Dns, HostConfig.DnsSearch], [["9.9.9.9"], ["example.com"]]);
  assert.deepEqual([HostConfig.DnsOptions, HostConfig.ExtraHosts], [["ndots:2"], ["a:::1"]]);
});

Deno.test("words that contradict each other make nothing", async () => {
  await using host = await openHost({ ownNetwork: true });
  const wrong = [
    [
      ["--network", "host", "-p", "80:80"],
      /^Error: Cannot publish port 80\/tcp: the container has the host's network$/m,
    ],
    [["-p", "80:80"], /^Error: Cannot publish port 80\/tcp: the container has no network$/m],
    [["--network", "none", "--ip", "10.0.0.2"], /^Error: Cannot use --ip with the network 'none'/m],
    [["--network", "none", "--network", "host"], /^Error: Cannot use --network none with another --network/m],
    [
      ["--network", "budgie0", "-p", "1-2:3-5"],
      /^Error: Cannot use -p '1-2:3-5': expected as many host ports/m,
    ],
    [
      ["--network", "container:web", "-h", "box"],
      /^Error: Cannot set a hostname: the container has the network of 'web'/m,
    ],
  ] as const;
  for (const [flags, message] of wrong) {
    const result = await host.budgie(["create", ...flags, "busybox"]);
    assert.equal(result.code, 125, show(result));
    assert.match(result.stderr, message);
    assert.match(result.stderr, /^hint: /m);
  }
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("port and ps say that nothing of a stopped container is published", async () => {
  await using host = await openHost({ ownNetwork: true });
  await host.ok(["network", "create", "--subnet", "172.29.8.0/24", "front"]);
  await host.ok([
    "create",
    "--name",
    "web",
    "--network",
    "front",
    "-p",
    "8080:80",
    "--expose",
    "90",
    "busybox",
  ]);
  assert.equal(await host.ok(["port", "web"]), "");
  const missing = await host.budgie(["port", "web", "80"]);
  assert.deepEqual([missing.code, missing.stderr], [1, "Error: No public port '80/tcp' published for web\n"]);
  assert.equal((await host.budgie(["port", "web", "http"])).code, 125);
  assert.equal((await host.budgie(["port", "nobody"])).stderr, "Error: No such container: nobody\n");
  const named = (...filters: string[]) =>
    host.ok([
      "ps",
      "-a",
      "--format",
      "{{.Names}}|{{.Ports}}|{{.Networks}}",
      ...filters.flatMap((f) => ["-f", f]),
    ]);
  assert.equal(await named("network=front", "expose=90"), "web||front");
  assert.equal(await named("publish=8080"), "");
  assert.equal(await named("network=back"), "");
});

Deno.test("ps, port and inspect show what is published as long as the container runs", async () => {
  await using host = await openHost({ ownNetwork: true });
  await host.ok(["network", "create", "--subnet", "172.29.8.0/24", "front"]);
  const flags = [
    "-p",
    "8080:80",
    "-p",
    "8081-8082:81-82/udp,publish=host",
    "-p",
    "127.0.0.1::90",
    "--expose",
    "95",
  ];
  await host.ok(["run", "-d", "--name", "web", "--network", "front", ...flags, "busybox", "sleep", "1000"]);
  const ports = () => host.ok(["ps", "-a", "--format", "{{.Ports}}"]);
  const chosen = /^127\.0\.0\.1:(\d+)$/.exec(await host.ok(["port", "web", "90/tcp"]))![1];
  assert.equal(
    await ports(),
    "95/tcp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 127.0.0.1:8081->81/udp, [::1]:8081->81/udp, " +
      `127.0.0.1:8082->82/udp, [::1]:8082->82/udp, 127.0.0.1:${chosen}->90/tcp`,
  );
  assert.equal(await host.ok(["port", "web", "80"]), "0.0.0.0:8080\n[::]:8080");
  assert.match(
    await host.ok(["port", "web"]),
    /^80\/tcp -> 0\.0\.0\.0:8080\n80\/tcp -> \[::\]:8080\n81\/udp -> 127/,
  );
  assert.equal(await host.ok(["ps", "-f", "publish=8082/udp", "--format", "{{.Names}}"]), "web");
  const shown =
    "{{range $port, $bound := .NetworkSettings.Ports}}{{$port}}{{range $bound}} {{.HostIp}} {{.Reach}}{{end}};{{end}}";
  assert.equal(
    await host.ok(["inspect", "--format", shown, "web"]),
    "80/tcp 0.0.0.0 lan :: lan;81/udp 127.0.0.1 host ::1 host;82/udp 127.0.0.1 host ::1 host;90/tcp 127.0.0.1 lan;95/tcp;",
  );
  await host.ok(["stop", "-t", "0", "web"]);
  assert.deepEqual([await ports(), await host.ok(["port", "web"])], ["", ""]);
});

Deno.test("inspect says which firewall may keep others from a published port", async () => {
  await using host = await openHost({ ownNetwork: true });
  await host.ok(["network", "create", "--subnet", "172.29.8.0/24", "front"]);
  await host.ok([
    "run",
    "-d",
    "--name",
    "web",
    "--network",
    "front",
    "-p",
    "8080:80",
    "busybox",
    "sleep",
    "1000",
  ]);
  const look = async () => {
    const [{ NetworkSettings, Budgie }] = JSON.parse(await host.ok(["inspect", "web"]));
    const reach = NetworkSettings.Ports["80/tcp"].map(({ Reach }: { Reach: string }) => Reach);
    return { reach, firewalls: Budgie.Firewalls };
  };
  assert.deepEqual(await look(), { reach: ["lan", "lan"], firewalls: [] });
  const chain = "add chain ip guard forward { type filter hook forward priority 0; policy drop; }";
  for (const command of ["add table ip guard", chain]) {
    await runOk(host.inNetwork(["nft", ...command.split(" ")]));
  }
  const { reach, firewalls } = await look();
  assert.deepEqual(reach, ["filtered", "lan"]);
  assert.equal(firewalls.length, 1);
  assert.match(
    firewalls[0],
    /^The firewall chain 'forward' \(table ip guard\) may keep others from published ports/,
  );
});

const GROUP = ["run", "-d", "--name", "web", "--network", "budgie0", "-p", "8080:80", "--scale"];

Deno.test("run --scale makes a group, which is there once, and is replaced as a whole", async () => {
  await using host = await openHost({ ownNetwork: true });
  const run = (count: number, ...flags: string[]) =>
    host.budgie([...GROUP, String(count), ...flags, "busybox", "sleep", "1000"]);
  const names = async () =>
    (await host.ok(["ps", "-a", "--format", "{{.Names}}"])).split("\n").sort().join(" ").trim();
  const first = await run(3);
  assert.equal(first.code, 0, show(first));
  assert.equal(first.stdout.trim().split("\n").length, 3);
  assert.equal(await names(), "web-1 web-2 web-3");
  const ports = () => host.ok(["ps", "--format", "{{.Ports}}"]);
  assert.deepEqual(
    new Set((await ports()).split("\n")),
    new Set(["0.0.0.0:8080->80/tcp, [::]:8080->80/tcp"]),
  );
  const again = await run(5);
  assert.equal(again.code, 125);
  assert.match(
    again.stderr,
    /^Error: Cannot make the containers of 'web': there are web-1, web-2, web-3 already\nhint: .*--replace/,
  );
  const fewer = await run(1, "--replace", "--balance", "source");
  assert.equal(fewer.code, 0, show(fewer));
  assert.equal(await names(), "web-1");
  const balance = await host.ok(["inspect", "--format", "{{json .Budgie.Balance}}", "web-1"]);
  assert.equal(balance, '{"Group":"web","Method":"source"}');
  const unnamed = await host.budgie(["run", "--scale", "2", "busybox", "true"]);
  assert.equal(unnamed.code, 125);
  assert.match(unnamed.stderr, /^Error: Cannot make 2 of a container without a name/);
  await host.ok(["rm", "-f", "web-1"]);
});

Deno.test("a .bun file with a scale stands for all of its containers", async () => {
  await using host = await openHost({ ownNetwork: true });
  const sleeper = (name: string, more: string) =>
    `version: "1.0"\nname: ${name}\nimage: {docker_image: busybox, command: [sh, -c, "echo ${name}; sleep 1000"]}\n${more}`;
  const file = await host.write(
    "shop.bun",
    [sleeper("proxy", "depends_on: [web]\n"), sleeper("web", "scale: 2\n")].join("---\n"),
  );
  await host.ok(["run", "-d", file]);
  const names = async (...flags: string[]) =>
    (await host.ok(["ps", "--format", "{{.Names}}", ...flags])).split("\n").sort().join(" ").trim();
  assert.equal(await names(file), "proxy web-1 web-2");
  const dependencies = await host.ok([
    "inspect",
    "--format",
    "{{range .Budgie.DependsOn}}{{.Name}} {{end}}",
    "proxy",
  ]);
  assert.equal(dependencies, "web-1 web-2 ");
  assert.equal(await host.ok(["stop", "-t", "0", file]), "proxy\nweb-1\nweb-2");
  assert.equal(await names(file), "");
  assert.equal(await host.ok(["start", file]), "web-1\nweb-2\nproxy");
  const late = await host.write("late.bun", sleeper("late", "depends_on: [web]\n"));
  await host.ok(["run", "-d", late]);
  const ofGroup = await host.ok([
    "inspect",
    "--format",
    "{{range .Budgie.DependsOn}}{{.Name}} {{end}}",
    "late",
  ]);
  assert.equal(ofGroup, "web-1 web-2 ");
  await host.ok(["rm", "-f", file, "late"]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("a container of a .bun file can share the network of one that is described behind it", async () => {
  await using host = await openHost({ ownNetwork: true });
  const sleeper = (name: string, more: string) =>
    `version: "1.0"\nname: ${name}\nimage: {docker_image: busybox, command: [sleep, "1000"]}\n${more}`;
  const file = await host.write(
    "shop.bun",
    [sleeper("guest", "network: container:owner\n"), sleeper("owner", "network: budgie0\n")].join("---\n"),
  );
  await host.ok(["run", "-d", file]);
  const links = (name: string) => host.ok(["exec", name, "cat", "/sys/class/net/eth0/address"]);
  assert.equal(await links("guest"), await links("owner"));
  assert.equal(await host.ok(["ps", "-f", "name=guest", "--format", "{{.Networks}}|{{.Ports}}"]), "|");
  const format = "{{.HostConfig.NetworkMode}} {{json .NetworkSettings.Networks}}";
  assert.match(await host.ok(["inspect", "--format", format, "guest"]), /^container:[0-9a-f]{64} \{\}$/);
  const traffic = await host.ok(["stats", "--no-stream", "--format", "{{.NetIO}}", "guest"]);
  assert.equal(traffic, "0B / 0B"); // it is counted where the interface belongs
  assert.equal(await host.ok(["rm", "-f", file]), "guest\nowner");
});
