import assert from "node:assert/strict";
import { ask, CLIENT, HOST, type Lan, openLan, serveHere, SERVICE_PORT } from "./fixture/lan.ts";
import { runOk, type RunResult, show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";
import { askUdp, inMachine } from "../src/network/testing/lab.ts";

/** `front` has both families, `old` IPv4 alone. */
async function openNetworks(options: Parameters<typeof openLan>[0] = {}): Promise<Lan> {
  const lan = await openLan(options);
  try {
    await lan.host.ok(["network", "create", "--subnet", "10.1.0.0/24", "--subnet", "fd01::/64", "front"]);
    await lan.host.ok(["network", "create", "--subnet", "10.2.0.0/24", "old"]);
  } catch (error) {
    await lan[Symbol.asyncDispose]();
    throw error;
  }
  return lan;
}

function refused(result: RunResult, message: RegExp, code = 125): void {
  assert.equal(result.code, code, show(result));
  assert.match(result.stderr, message);
}

/**
 * Ports as -p has them, and from where they are reached: by IPv4 (4), by IPv6 (6) or not at all (-). `neighbour` is
 * another container in the same network.
 */
const FORMS = {
  front: `
                                     loopback host client neighbour
    8001:80                                46   46     46        46
    127.0.0.1:8002:80                       4    -      -         -
    192.168.9.1:8003:80                     -    4      4         4
    0.0.0.0:8004:80                         4    4      4         4
    [::1]:8005:80                           6    -      -         -
    [fd09::1]:8006:80                       -    6      6         6
    [::]:8007:80                            6    6      6         6
    8008:80,publish=host                   46   46      -         -
    192.168.9.1:8009:80,publish=host        -    4      -         -`,
  // No packet of IPv6 gets there: the daemon passes on what it is asked.
  old: `
                                     loopback host client neighbour
    8001:80                                46   46     46         4
    127.0.0.1:8002:80                       4    -      -         -
    192.168.9.1:8003:80                     -    4      4         4
    0.0.0.0:8004:80                         4    4      4         4
    [::1]:8005:80                           6    -      -         -
    [fd09::1]:8006:80                       -    6      6         -
    [::]:8007:80                            6    6      6         -
    8008:80,publish=host                   46    4      -         -
    192.168.9.1:8009:80,publish=host        -    4      -         -`,
};

for (const [network, forms] of Object.entries(FORMS)) {
  Deno.test(`published ports of a container in the network '${network}' are reached at their addresses`, async () => {
    await using lan = await openNetworks();
    const [header, ...lines] = forms.trim().split("\n").map((line) => line.trim().split(/ +/));
    await lan.serve("web", ["--network", network, ...lines.flatMap(([form]) => ["-p", form])]);
    const neighbour = await lan.serve("neighbour", ["--network", network]);
    const columns: Record<string, [Parameters<typeof ask>[0], string[]]> = {
      loopback: [lan.outside, ["127.0.0.1", "::1"]],
      host: [lan.outside, [HOST.ip, HOST.ip6]],
      client: [lan.client, [HOST.ip, HOST.ip6]],
      neighbour: [neighbour, [HOST.ip, HOST.ip6]],
    };
    const rows = await Promise.all(lines.map(async ([form]) => {
      const port = Number(/(\d+):80(,|$)/.exec(form)![1]);
      const cells = header.map(async (name) => {
        const [from, addresses] = columns[name];
        const answers = await Promise.all(addresses.map((address) => ask(from, address, port)));
        const reached = answers.map((answer, index) => answer.startsWith("web ") ? "46"[index] : "");
        return reached.join("") || "-";
      });
      return [form, ...await Promise.all(cells)].join(" ");
    }));
    assert.deepEqual([header.join(" "), ...rows], [header, ...lines].map((cells) => cells.join(" ")));
  });
}

Deno.test("a container sees who connects from the LAN, and neighbours as the gateway", async () => {
  await using lan = await openNetworks();
  const web = await lan.serve("web", ["--network", "front", "-p", "8080:80"]);
  const neighbour = await lan.serve("neighbour", ["--network", "front"]);
  const stranger = await lan.serve("stranger", ["--network", "old"]);
  assert.equal(await ask(lan.client, HOST.ip, 8080), `web ${CLIENT.ip}`);
  assert.equal(await ask(lan.client, HOST.ip6, 8080), `web ${CLIENT.ip6}`);
  for (const machine of [web, neighbour]) {
    assert.equal(await ask(machine, HOST.ip, 8080), "web 10.1.0.1");
    assert.equal(await ask(machine, HOST.ip6, 8080), "web fd01::1");
  }
  assert.equal(await ask(stranger, HOST.ip, 8080), "web 10.1.0.1");
  assert.equal(await ask(web, CLIENT.ip, SERVICE_PORT), `client ${HOST.ip}`);
  // With a program in the container, as its users do.
  const request = `printf 'GET /cgi-bin/who HTTP/1.0\\r\\n\\r\\n' | nc ${HOST.ip} 8080`;
  assert.match(await lan.host.ok(["exec", "web", "sh", "-c", request]), /\nweb .*10\.1\.0\.1/);
});

Deno.test("published UDP ports answer everybody, and one address sees the next container at once", async () => {
  await using lan = await openNetworks();
  const run = (name: string) => ["--network", "front", "-p", "5353:53/udp", "--name", name];
  await lan.host.ok(["run", "-d", ...run("one"), "busybox", "sleep", "1000"]);
  const one = await lan.machine("one");
  lan.lab.serveUdp(one, 53);
  const neighbour = await lan.serve("neighbour", ["--network", "front"]);
  assert.equal(await askUdp(lan.client, HOST.ip, 5353, 4444), `one ${CLIENT.ip}`);
  assert.equal(await askUdp(lan.client, HOST.ip6, 5353), `one ${CLIENT.ip6}`);
  for (const address of ["127.0.0.1", HOST.ip]) {
    assert.match(await askUdp(lan.outside, address, 5353), /^one /, address);
  }
  assert.equal(await askUdp(neighbour, HOST.ip, 5353), "one 10.1.0.1");
  await eventually(
    "the daemon passes on what comes to [::1]",
    async () => /^one /.test(await askUdp(lan.outside, "::1", 5353)),
  );
  await lan.host.ok(["rm", "-f", "one"]);
  await lan.host.ok(["create", "--network", "front", "--name", "heir", "busybox"]); // takes the address of `one`
  await lan.host.ok(["run", "-d", ...run("two"), "busybox", "sleep", "1000"]);
  lan.lab.serveUdp(await lan.machine("two"), 53);
  // From the same port: to the kernel it is the flow that led to `one`.
  assert.equal(await askUdp(lan.client, HOST.ip, 5353, 4444), `two ${CLIENT.ip}`);
  await eventually(
    "and so it does now",
    async () => /^two /.test(await askUdp(lan.outside, "::1", 5353)),
  );
});

Deno.test("ranges, and ports that are chosen, are shown by port, ps and inspect, and answer", async () => {
  await using lan = await openNetworks();
  const web = await lan.serve("web", [
    ...["--network", "front", "-p", "8010-8011:81-82", "-p", "127.0.0.1::80", "-p", "9000-9001:80"],
  ]);
  using _81 = disposable(serveHere({ ...web, name: "eighty-one" }, 81));
  using _82 = disposable(serveHere({ ...web, name: "eighty-two" }, 82));
  assert.equal(await ask(lan.client, HOST.ip, 8010), `eighty-one ${CLIENT.ip}`);
  assert.equal(await ask(lan.client, HOST.ip, 8011), `eighty-two ${CLIENT.ip}`);
  // The host itself serves at 9000.
  assert.equal(await ask(lan.client, HOST.ip, 9001), `web ${CLIENT.ip}`);
  assert.equal(await ask(lan.client, HOST.ip, SERVICE_PORT), `host ${CLIENT.ip}`);
  const chosen = /^127\.0\.0\.1:(\d+)$/m.exec(await lan.host.ok(["port", "web", "80"]))![1];
  assert.ok(Number(chosen) >= 1024);
  assert.match(await ask(lan.outside, "127.0.0.1", Number(chosen)), /^web /);
  const ports = await lan.host.ok(["ps", "--format", "{{.Ports}}"]);
  for (const text of [`127.0.0.1:${chosen}->80/tcp`, "0.0.0.0:9001->80/tcp", "[::]:8011->82/tcp"]) {
    assert.ok(ports.includes(text), `${text} in ${ports}`);
  }
  const template = '{{range (index .NetworkSettings.Ports "80/tcp")}}{{.HostIp}} {{.HostPort}},{{end}}';
  assert.deepEqual(
    (await lan.host.ok(["inspect", "-f", template, "web"])).split(",").filter(Boolean).sort(),
    ["0.0.0.0 9001", `127.0.0.1 ${chosen}`, ":: 9001"],
  );
});

function disposable(server: Deno.HttpServer): Disposable {
  return { [Symbol.dispose]: () => void server.shutdown() };
}

Deno.test("-P publishes what nginx exposes, at a port that is shown", async () => {
  await using lan = await openNetworks({ images: ["nginx"] });
  await lan.host.ok([
    "run",
    "-d",
    "--network",
    "front",
    "-P",
    "--expose",
    "9999/udp",
    "--name",
    "web",
    "nginx",
  ]);
  const port = Number(/^0\.0\.0\.0:(\d+)$/m.exec(await lan.host.ok(["port", "web", "80/tcp"]))![1]);
  for (const address of [HOST.ip, HOST.ip6]) {
    await eventually(
      `nginx answers at ${address}`,
      async () => /nginx/.test(await ask(lan.client, address, port)),
    );
  }
  assert.match(await lan.host.ok(["port", "web", "9999/udp"]), /^0\.0\.0\.0:\d+\n\[::\]:\d+$/);
});

Deno.test("a port that a process of the host has is refused with its name and PID, before anything starts", async () => {
  await using lan = await openNetworks();
  const run = (...flags: string[]) =>
    lan.host.budgie(["run", "-d", "--network", "front", ...flags, "busybox", "touch", "/started"]);
  const owner = new RegExp(
    `port ${SERVICE_PORT}: process 'deno' \\(PID ${Deno.pid}\\) already has it\nhint: .*-p`,
  );
  refused(await run("--name", "taken", "-p", `${SERVICE_PORT}:80`), owner);
  refused(await run("-p", `127.0.0.1:${SERVICE_PORT}:80`), /process 'deno'/);
  refused(await run("-p", "7000:80", "-p", `[::1]:${SERVICE_PORT}:80`), /process 'deno'/);
  lan.lab.serveUdp(lan.outside, 5353);
  refused(await run("-p", "5353:53/udp"), /port 5353\/udp: process 'deno'/);
  assert.equal(await lan.host.ok(["diff", "taken"]), "");
  assert.deepEqual(Array.from(Deno.readDirSync(`${lan.host.run}/netns`)), []);
  assert.equal(await lan.host.ok(["ps", "-q"]), "");
  // TCP and UDP are apart.
  await lan.host.ok(["run", "--rm", "--network", "front", "-p", `${SERVICE_PORT}:80/udp`, "busybox", "true"]);
});

Deno.test("a port that another container has is refused with its name, until that stops", async () => {
  await using lan = await openNetworks();
  await lan.serve("web", ["--network", "front", "-p", "8080:80"]);
  const run = (
    name: string,
    ...flags: string[]
  ) => ["run", "-d", "--name", name, "--network", "old", ...flags];
  const sleep = ["busybox", "sleep", "1000"];
  for (const form of ["8080:81", "127.0.0.1:8080:80", "[::1]:8080:80", "8079-8080:80-81", "8080-8080:80"]) {
    const result = await lan.host.budgie([...run("other", "--replace", "-p", form), ...sleep]);
    refused(result, /port \S*8080: container 'web' already has it\nhint: Stop 'web'/);
  }
  await lan.host.ok([...run("udp", "-p", "8080:80/udp"), ...sleep]);
  await lan.host.ok(["stop", "-t", "0", "web"]);
  await lan.serve("heir", ["--network", "old", "-p", "8080:80"]);
  assert.equal(await ask(lan.client, HOST.ip, 8080), `heir ${CLIENT.ip}`);
  refused(await lan.host.budgie(["start", "web"]), /container 'heir' already has it/, 1);
  await lan.host.ok(["rm", "-f", "heir"]);
  await lan.host.ok(["start", "web"]);
  await eventually("web is back", async () => (await ask(lan.client, HOST.ip, 8080)) === `web ${CLIENT.ip}`);
});

Deno.test("of containers that start at the same time with one port, exactly one gets it", async () => {
  await using lan = await openNetworks();
  const names = ["one", "two", "three"];
  for (const name of names) {
    await lan.host.ok([
      ...["create", "--name", name, "--network", "front", "-p", "8080:80"],
      ...["busybox", "sleep", "1000"],
    ]);
    // Each has had it before, which must not count.
    await lan.host.ok(["start", name]);
    await lan.host.ok(["stop", "-t", "0", name]);
  }
  for (let round = 0; round < 4; round++) {
    const results = await Promise.all(names.map((name) => lan.host.budgie(["start", name])));
    const winner = names[results.findIndex(({ code }) => code === 0)];
    for (const { code, stderr } of results) {
      // Who is named may be refused too, by a third.
      if (code !== 0) assert.match(stderr, /port 8080: container '(one|two|three)' already has it/);
    }
    assert.equal(results.filter(({ code }) => code === 0).length, 1, results.map(show).join("\n"));
    assert.equal(await lan.host.ok(["ps", "--format", "{{.Names}}"]), winner);
    await lan.host.ok(["kill", winner]);
    await lan.host.ok(["wait", winner]);
  }
});

for (const network of ["front", "old"]) {
  Deno.test(`a container in the network '${network}' gets its port again when it is started right after its end`, async () => {
    await using lan = await openNetworks();
    await lan.serve("web", ["--network", network, "-p", "8080:80"]);
    const answers = async () => {
      for (const address of [HOST.ip, HOST.ip6]) {
        await eventually(address, async () => (await ask(lan.client, address, 8080)).startsWith("web "));
      }
    };
    await answers();
    await lan.host.ok(["restart", "-t", "0", "web"]);
    await lan.host.ok(["kill", "web"]);
    await lan.host.ok(["wait", "web"]);
    await lan.host.ok(["start", "web"]);
    await answers();
    await lan.host.ok(["rm", "-f", "web"]);
    await lan.serve("web", ["--network", network, "-p", "8080:80"]);
    await answers();
  });
}

/** As ufw and firewalld: a chain that drops what is forwarded, but for what it knows. */
const FIREWALL = `
table inet guard {
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ip daddr 10.1.0.2 tcp dport 81 accept
  }
}
`;

Deno.test("a firewall of the host's that drops keeps what it drops, and inspect tells", async () => {
  await using lan = await openNetworks();
  await lan.serve("web", [
    "--network",
    "front",
    "-p",
    "8080:80",
    "-p",
    "8081:81",
    "-p",
    "8082:80,publish=host",
  ]);
  const web = await lan.machine("web");
  using _81 = disposable(serveHere(web, 81));
  const reach = async () => {
    const template =
      "{{range $port, $bound := .NetworkSettings.Ports}}{{range $bound}}{{.HostPort}} {{.Reach}},{{end}}{{end}}";
    const text = await lan.host.ok(["inspect", "-f", template, "web"]);
    return [...new Set(text.split(",").filter(Boolean))].sort();
  };
  assert.deepEqual(await reach(), ["8080 lan", "8081 lan", "8082 host"]);
  assert.equal(await ask(lan.client, HOST.ip, 8080), `web ${CLIENT.ip}`);
  await runOk(lan.host.inNetwork(["nft", "-f", "-"]), { stdin: FIREWALL });
  assert.deepEqual(await reach(), ["8080 filtered", "8081 filtered", "8082 host"]);
  assert.equal(await ask(lan.client, HOST.ip, 8080), "nothing");
  // What it accepts passes, and what is not forwarded is no business of its.
  assert.equal(await ask(lan.client, HOST.ip, 8081), `web ${CLIENT.ip}`);
  assert.match(await ask(lan.outside, HOST.ip, 8080), /^web /);
  assert.equal(await ask(web, CLIENT.ip, SERVICE_PORT), "nothing");
  await lan.host.ok(["restart", "-t", "0", "web"]);
  assert.equal(await ask(lan.client, HOST.ip, 8080), "nothing");
});

Deno.test("the rules of others are the same, to the byte, before, with and after containers", async () => {
  await using lan = await openNetworks();
  await runOk(lan.host.inNetwork(["nft", "-f", "-"]), { stdin: FIREWALL });
  await inMachine(
    lan.outside,
    `iptables -P FORWARD DROP; iptables -A INPUT -p tcp --dport 22 -j ACCEPT
     iptables -t nat -A POSTROUTING -s 192.168.77.0/24 -j MASQUERADE; ip6tables -A FORWARD -i lan -j DROP`,
  );
  const foreign = async () => {
    const tables = (await inMachine(lan.outside, "nft list tables")).split("\n")
      .filter((line) => line !== "" && !/ budgie(_[0-9a-f]{12})?$/.test(line));
    const lists = tables.map((table) => inMachine(lan.outside, `nft --handle list ${table}`));
    const saved = await inMachine(lan.outside, "iptables-save; ip6tables-save");
    // With their times.
    return [...await Promise.all(lists), saved.replaceAll(/^#.*$/gm, "")].join("\n");
  };
  const before = await foreign();
  assert.match(before, /guard[^]*dport 22/);
  await lan.serve("web", ["--network", "front", "-p", "8080:80"]);
  assert.equal(await foreign(), before);
  await lan.host.ok(["network", "connect", "old", "web"]);
  await lan.host.ok(["network", "repair"]);
  await lan.host.ok(["rm", "-f", "web"]);
  await lan.host.ok(["network", "rm", "front", "old"]);
  assert.equal(await foreign(), before);
});
