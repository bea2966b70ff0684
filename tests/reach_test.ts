/** Who reaches whom, as a table. */
import assert from "node:assert/strict";
import { ask, askAll, CLIENT, HOST, type Lan, openLan, SERVICE_PORT, WEB_SERVER } from "./fixture/lan.ts";
import { run, show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

/**
 * Rows ask, columns answer: by IPv4 (4), by IPv6 (6), or by none (-).
 *
 * `web`, `neighbour` and `guest` are in one network, `guest` with --allow-host; `stranger` is in another one, `inner` in
 * an internal one, `wide` in the host's. `host` and `client` are the host itself and a machine of its LAN, which has
 * routes to all networks.
 *
 *   web        its own address
 *   lan        its published port, at the host's address in the LAN
 *   loopback   the same, at 127.0.0.1 and ::1
 *   gateway    the same, at the gateway's address in the network of who asks
 *   private    its port that is published for the host alone, at the host's address in the LAN
 *   client     a service of the LAN
 *   host       a service of the host, at its address in the LAN
 *   service    the same, at the gateway's address
 *   stranger   its own address
 *   inner      its own address
 *   inner-lan  its published port, at the host's address in the LAN
 */
const REACH = `
          web lan loopback gateway private client host service stranger inner inner-lan
host       46  46       46      46      46     46   46      46       46    46        46
client      -  46        -      46       -     46   46      46        -     -         -
web        46  46        -      46       -     46    -       -        -     -         -
neighbour  46  46        -      46       -     46    -       -        -     -         -
guest      46  46        -      46       -     46   46      46        -     -         -
stranger    -  46        -      46       -     46    -       -       46     -         -
inner       -   -        -       -       -      -    -       -        -    46         -
wide       46  46       46      46      46     46   46      46       46    46        46
`;

Deno.test("who reaches whom", async () => {
  await using lan = await openLan();
  await makeNetwork(lan, 1, "front");
  await makeNetwork(lan, 2, "back");
  await makeNetwork(lan, 3, "--internal", "cell");
  const web = await lan.serve("web", [
    ...["--network", "front", "-p", "8080:80", "-p", "8081:80,publish=host"],
  ]);
  const [neighbour, guest, stranger, inner] = await Promise.all([
    lan.serve("neighbour", ["--network", "front"]),
    lan.serve("guest", ["--network", "front", "--allow-host"]),
    lan.serve("stranger", ["--network", "back"]),
    lan.serve("inner", ["--network", "cell", "-p", "8082:80"]),
  ]);
  await lan.host.ok(["run", "-d", "--network", "host", "--name", "wide", "busybox", "sleep", "1000"]);
  const wide = await lan.machine("wide");
  const { outside: host, client } = lan;
  const machines = { host, client, web, neighbour, guest, stranger, inner, wide };

  /** Who is to answer, at which addresses and port. @param own the number of the network of who asks */
  const columns = (own: number) => {
    const gateway = [`10.${own}.0.1`, `fd0${own}::1`];
    return {
      web: ["web", ["10.1.0.2", "fd01::2"], 80],
      lan: ["web", [HOST.ip, HOST.ip6], 8080],
      loopback: ["web", ["127.0.0.1", "::1"], 8080],
      gateway: ["web", gateway, 8080],
      private: ["web", [HOST.ip, HOST.ip6], 8081],
      client: ["client", [CLIENT.ip, CLIENT.ip6], SERVICE_PORT],
      host: ["host", [HOST.ip, HOST.ip6], SERVICE_PORT],
      service: ["host", gateway, SERVICE_PORT],
      stranger: ["stranger", ["10.2.0.2", "fd02::2"], 80],
      inner: ["inner", ["10.3.0.2", "fd03::2"], 80],
      "inner-lan": ["inner", [HOST.ip, HOST.ip6], 8082],
    } satisfies Record<string, [string, string[], number]>;
  };
  const rows = Object.entries(machines).map(async ([name, machine]) => {
    const cells = Object.values(columns({ stranger: 2, inner: 3 }[name] ?? 1)).map(
      async ([expected, addresses, port]) => {
        const answers = await Promise.all(addresses.map((address) => ask(machine, address, port)));
        const [ip, ip6] = answers.map((answer) => {
          const [answerer, client] = answer.split(" ");
          return client === undefined ? "" : answerer === expected ? "yes" : answerer;
        });
        return `${ip.replace("yes", "4")}${ip6.replace("yes", "6")}` || "-";
      },
    );
    return [name, ...await Promise.all(cells)];
  });
  const header = ["", ...Object.keys(columns(1))];
  assert.deepEqual(table([header, ...await Promise.all(rows)]), table(cellsOf(REACH)));
});

function cellsOf(text: string): string[][] {
  const [header, ...rows] = text.trim().split("\n").map((line) => line.trim().split(/ +/));
  return [["", ...header], ...rows];
}

/** One line a row, for a difference to be read at once. */
function table(cells: string[][]): string[] {
  return cells.map(([name, ...row]) => name.padEnd(9) + row.map((cell) => cell.padStart(10)).join(""));
}

/** A network of both families: `10.<number>.0.0/24` and `fd0<number>::/64`. */
function makeNetwork(lan: Lan, number: number, ...flags: string[]): Promise<string> {
  const subnets = ["--subnet", `10.${number}.0.0/24`, "--subnet", `fd0${number}::/64`];
  return lan.host.ok(["network", "create", ...subnets, ...flags]);
}

Deno.test("network connect and disconnect change at once whom a container reaches, and who reaches it", async () => {
  await using lan = await openLan();
  await makeNetwork(lan, 1, "front");
  await makeNetwork(lan, 2, "back");
  const web = await lan.serve("web", ["--network", "front", "-p", "8080:80"]);
  const [neighbour, stranger] = await Promise.all([
    lan.serve("neighbour", ["--network", "front", "--ip", "10.1.0.11"]),
    lan.serve("stranger", ["--network", "back", "--ip", "10.2.0.12"]),
  ]);
  assert.equal(await ask(web, "10.2.0.12", 80), "nothing");
  await lan.host.ok(["network", "connect", "--ip", "10.2.0.9", "--ip6", "fd02::9", "back", "web"]);
  assert.equal(await ask(web, "10.2.0.12", 80), "stranger 10.2.0.9");
  assert.equal(await ask(stranger, "10.2.0.9", 80), "web 10.2.0.12");
  assert.match(await ask(stranger, "fd02::9", 80), /^web fd02::/);
  assert.equal(await ask(neighbour, "10.1.0.2", 80), "web 10.1.0.11");
  assert.equal(await ask(stranger, "10.1.0.2", 80), "nothing");

  await lan.host.ok(["network", "disconnect", "front", "web"]);
  assert.deepEqual(await askAll([neighbour, "10.1.0.2", 80], [web, "10.1.0.11", 80]), ["nothing", "nothing"]);
  // Its way out, and the way to its published port, are of the network that it still has.
  assert.equal(await ask(web, CLIENT.ip, SERVICE_PORT), `client ${HOST.ip}`);
  assert.equal(await ask(web, CLIENT.ip6, SERVICE_PORT), `client ${HOST.ip6}`);
  assert.equal(await ask(lan.client, HOST.ip, 8080), `web ${CLIENT.ip}`);
  assert.equal(await ask(lan.client, HOST.ip6, 8080), `web ${CLIENT.ip6}`);

  await lan.host.ok(["network", "disconnect", "back", "web"]);
  assert.deepEqual(await askAll([stranger, "10.2.0.9", 80], [web, CLIENT.ip, SERVICE_PORT]), [
    "nothing",
    "nothing",
  ]);
  assert.equal(await ask(lan.client, HOST.ip, 8080), "refused");
  await lan.host.ok(["network", "connect", "front", "web"]);
  assert.equal(await ask(lan.client, HOST.ip, 8080), `web ${CLIENT.ip}`);
});

Deno.test("a container has its addresses, and goes out by the first of its networks that leads there", async () => {
  await using lan = await openLan();
  await makeNetwork(lan, 1, "front");
  await makeNetwork(lan, 2, "back");
  await makeNetwork(lan, 3, "--internal", "cell");
  await lan.host.ok([
    ...["create", "--name", "web", "--network", "cell", "-p", "8080:80", "-e", "NAME=web", "-e", "PORT=80"],
    ...[
      "--ip",
      "10.3.0.33",
      "--ip6",
      "fd03::33",
      "--mac-address",
      "02:aa:bb:cc:dd:ee",
      "--network-alias",
      "shop",
    ],
    ...["busybox", ...WEB_SERVER],
  ]);
  await lan.host.ok(["network", "connect", "--ip", "10.2.0.22", "back", "web"]);
  await lan.host.ok(["network", "connect", "front", "web"]);
  await lan.host.ok(["start", "web"]);
  const web = await lan.machine("web");
  const inside = (script: string) => lan.host.ok(["exec", "web", "sh", "-ec", script]);
  assert.deepEqual(
    (await inside("ip -o -4 addr")).match(/eth\d +inet \S+/g)!.map((text) => text.replace(/ +/g, " ")),
    [
      "eth0 inet 10.3.0.33/24",
      "eth1 inet 10.2.0.22/24",
      "eth2 inet 10.1.0.2/24",
    ],
  );
  assert.match(await inside("ip -6 addr show eth0"), /inet6 fd03::33\/64/);
  assert.match(await inside("ip link show eth0"), /02:aa:bb:cc:dd:ee/);
  assert.match(await inside("cat /etc/hosts"), /^10\.3\.0\.33\t.*\bshop\b/m);
  assert.match(await inside("ip route"), /^default via 10\.2\.0\.1 dev eth1\s*$/m);
  assert.match(await inside("ip -6 route"), /^default via fd02::1 dev eth1\b/m);
  assert.equal(await ask(web, CLIENT.ip, SERVICE_PORT), `client ${HOST.ip}`);
  await eventually("web answers", async () => (await ask(lan.client, HOST.ip, 8080)) === `web ${CLIENT.ip}`);
  assert.equal(await ask(lan.client, HOST.ip6, 8080), `web ${CLIENT.ip6}`);
});

Deno.test("a container with the network of another one is where that is, for as long as it runs", async () => {
  await using lan = await openLan();
  await makeNetwork(lan, 1, "front");
  const web = await lan.serve("web", ["--network", "front", "-p", "8080:80"]);
  const id = await lan.host.ok(["inspect", "-f", "{{.Id}}", "web"]);
  const side = (...words: string[]) => ["run", "--network", `container:${id}`, ...words];
  const question =
    "printf 'GET /cgi-bin/who HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 80; ip -o -4 addr show eth0";
  const answer = await lan.host.ok(side("--rm", "busybox", "sh", "-c", question));
  assert.match(answer, /\nweb .*127\.0\.0\.1[^]*inet 10\.1\.0\.2\/24/);
  await lan.host.ok(
    side("-d", "-e", "NAME=side", "-e", "PORT=81", "--name", "side", "busybox", ...WEB_SERVER),
  );
  await eventually("both serve", async () => (await ask(web, "127.0.0.1", 81)) === "side 127.0.0.1");
  assert.match(await ask(lan.outside, "10.1.0.2", 81), /^side /);
  const refused = await lan.host.budgie(side("-p", "8081:81", "busybox", "true"));
  assert.equal(refused.code, 125, show(refused));
  await lan.host.ok(["rm", "-f", "web"]);
  const late = await lan.host.budgie(side("busybox", "true"));
  assert.equal(late.code, 125, show(late));
});

Deno.test("a macvlan puts containers into the LAN, with addresses of the LAN", async () => {
  await using lan = await openLan();
  const subnet = ["--subnet", "192.168.9.0/24", "--gateway", CLIENT.ip, "--ip-range", "192.168.9.64/26"];
  await lan.host.ok(["network", "create", "-d", "macvlan", "--parent", "lan", ...subnet, "street"]);
  const web = await lan.serve("web", ["--network", "street"]);
  assert.equal(await ask(web, CLIENT.ip, SERVICE_PORT), "client 192.168.9.64");
  assert.equal(await ask(lan.client, "192.168.9.64", 80), `web ${CLIENT.ip}`);
  await lan.host.ok(["network", "disconnect", "street", "web"]);
  assert.equal(await ask(lan.client, "192.168.9.64", 80), "nothing");
});

Deno.test("an ipvlan does the same, or says what the kernel lacks", async () => {
  await using lan = await openLan();
  const known =
    (await run(lan.host.inNetwork(["ip", "link", "add", "probe", "link", "lan", "type", "ipvlan"]))).code ===
      0;
  if (known) await run(lan.host.inNetwork(["ip", "link", "delete", "probe"]));
  const subnet = ["--subnet", "192.168.9.0/24", "--gateway", CLIENT.ip, "--ip-range", "192.168.9.64/26"];
  await lan.host.ok(["network", "create", "-d", "ipvlan", "--parent", "lan", ...subnet, "street"]);
  if (known) {
    const web = await lan.serve("web", ["--network", "street"]);
    assert.equal(await ask(web, CLIENT.ip, SERVICE_PORT), "client 192.168.9.64");
    assert.equal(await ask(lan.client, "192.168.9.64", 80), `web ${CLIENT.ip}`);
  } else {
    const result = await lan.host.budgie(["run", "--rm", "--network", "street", "busybox", "true"]);
    assert.equal(result.code, 125, show(result));
    assert.match(result.stderr, /network 'street': the kernel has no ipvlan\nhint: Install its module/);
  }
});
