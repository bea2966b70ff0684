/** SIGKILL while containers are connected and disconnected, and many of both at once: nothing is left, or had twice. */
import assert from "node:assert/strict";
import { NetlinkSocket } from "../src/linux/netlink.ts";
import { inNetworkNamespace, openKeptNetworkNamespace } from "../src/linux/netns.ts";
import { TableMonitor } from "../src/linux/nftables.ts";
import { Poller, POLLIN } from "../src/linux/poll.ts";
import { listLinks } from "../src/linux/route/link.ts";
import { RouteMonitor } from "../src/linux/route/monitor.ts";
import { asleep } from "./fixture/asleep.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { run, runOk, show } from "./fixture/process.ts";
import { randomNumbers } from "./fixture/random.ts";
import { eventually } from "./fixture/wait.ts";

/** Of each command. */
const MOMENTS = 10;
const MANY = 50;
/** Of a command that may not hang, on a machine that is busy with fifty. */
const PATIENT = { timeoutMs: 600_000 };

const RUN = [
  ...["run", "-d", "--name", "victim", "-p", "8080:80", "-p", "8080:80/udp"],
  ...["--network", "budgie0", "--network", "back", "busybox", "sleep", "1000"],
];

interface Case {
  /** come before, undisturbed */
  before: string[][];
  command: string[];
}

const CASES: Case[] = [
  { before: [], command: RUN },
  { before: [RUN], command: ["rm", "-f", "victim"] },
  { before: [RUN], command: ["network", "connect", "front", "victim"] },
  { before: [RUN], command: ["network", "disconnect", "back", "victim"] },
];

/** Whom the SIGKILL hits; with both, nobody is there to see to what was begun. */
const TARGETS = ["command", "daemon", "both"] as const;
type Target = (typeof TARGETS)[number];

for (const { before, command } of CASES) {
  const words = command.slice(0, 2).join(" ");
  Deno.test(`SIGKILL at ${MOMENTS} moments of ${words}: repair and rm leave nothing`, async () => {
    await using host = await openNetworkHost();
    for (const name of ["back", "front"]) await host.ok(["network", "create", name]);
    const attempt = async (target: Target, change: number) => {
      for (const args of before) await host.ok(args, PATIENT);
      const changes = await killAt(host, command, { target, change });
      await host.ok(["ps", "-a"], PATIENT);
      await host.ok(["network", "repair"], PATIENT);
      await host.ok(["rm", "-f", "-v", "victim"], PATIENT);
      await host.ok(["network", "repair"], PATIENT);
      return changes;
    };
    // Undisturbed, it says how many changes of the kernel's network there are to be killed at.
    const all = await attempt("command", Infinity);
    assert.ok(all > 3, `only ${all} changes were seen`);
    const nothing = await look(host);
    const random = randomNumbers(20261125);
    for (let round = 0; round < MOMENTS; round++) {
      const [target, change] = [TARGETS[round % TARGETS.length], Math.ceil(random() * all)];
      await attempt(target, change);
      assert.deepEqual(await look(host), nothing, `${target} was killed at change ${change} of ${all}`);
    }
  });
}

function openNetworkHost(): Promise<Host> {
  return openHost({ ownNetwork: true, env: { BUDGIE_NETWORK_DEFAULT: "budgie0" } });
}

/** Calls `run`, which must not wait, in the network of the host. */
function here<Result>(host: Host, run: () => Result): Result {
  using namespace = openKeptNetworkNamespace(namespaceOf(host));
  return inNetworkNamespace(namespace, run);
}

/** Its path, with the PID of the process that holds it. */
function namespaceOf(host: Host): string {
  return host.inNetwork([])[1].replace("--net=", "");
}

/**
 * Runs a command, and kills when links, addresses, routes and rules have changed so many times.
 * @returns how many changes there were
 */
async function killAt(
  host: Host,
  command: string[],
  { target, change }: { target: Target; change: number },
): Promise<number> {
  using poller = new Poller();
  using links = here(host, () => new RouteMonitor());
  using rules = here(host, () => new TableMonitor());
  for (const { fd } of [links, rules]) poller.watch(fd, POLLIN);
  const daemon = target === "command" ? undefined : await host.daemon();
  const child = host.spawn(command);
  const pids = {
    command: [child.pid],
    daemon: [daemon ?? child.pid],
    both: [child.pid, daemon ?? child.pid],
  };
  let over = false;
  const ended = child.output().finally(() => {
    over = true;
    poller.wake();
  });
  let seen = 0;
  while (!over) {
    const ready = await poller.wait();
    // Of rules it is told only that they have changed: once for each transaction.
    seen += links.drain().length + (ready.has(rules.fd) ? 1 : 0);
    rules.drain();
    if (seen < change) continue;
    for (const pid of pids[target]) kill(pid);
    break;
  }
  const { code, stderr } = await ended;
  if (change === Infinity) assert.equal(code, 0, new TextDecoder().decode(stderr));
  // What a killed budgie had begun to give to nft still arrives.
  await eventually("no nft is at work", async () => {
    const [holder] = /\d+/.exec(namespaceOf(host))!;
    return (await run(["pgrep", "-x", "nft", "--ns", holder, "--nslist", "net"])).code === 1;
  });
  return seen;
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** All that a container has of the host's network. */
async function look(host: Host) {
  const rules = (await runOk(host.inNetwork(["nft", "list", "ruleset"]))).replaceAll(/,\n\s+/g, ", ")
    .replaceAll(
      /elements = \{ (.*) \}/g,
      (_, list: string) => `elements = { ${list.split(", ").sort().join(", ")} }`,
    );
  const links = here(host, () => {
    using socket = new NetlinkSocket();
    return listLinks(socket).map(({ name }) => name);
  });
  const state = JSON.parse(await Deno.readTextFile(`${host.data}/state.json`));
  return {
    rules: rules.split("\n"),
    ports: links.filter((name) => name.startsWith("veth")),
    namespaces: await Array.fromAsync(Deno.readDir(`${host.run}/netns`), ({ name }) => name),
    containers: state.containers,
  };
}

Deno.test("rm -f takes a container's network away also when the daemon stands still", async () => {
  await using host = await openNetworkHost();
  await host.ok(["network", "create", "back"]);
  const ids = [await host.ok(RUN), await host.ok(["run", "-d", "busybox", "sleep", "1000"])];
  {
    using _daemon = await asleep(host);
    await host.ok(["rm", "-f", "victim"], PATIENT);
    const { rules, namespaces } = await look(host);
    assert.deepEqual(namespaces, ids.slice(1));
    assert.equal(rules.filter((line) => line.includes("8080")).length, 0);
  }
  await host.ok(["rm", "-f", ids[1]], PATIENT);
});

Deno.test("rm -f leaves no rules where somebody has changed them", async () => {
  await using host = await openNetworkHost();
  await host.ok(["network", "create", "back"]);
  await host.ok(RUN);
  const table = /table (inet \S+)/.exec((await look(host)).rules.join("\n"))![1];
  const elsewhere = "{ tcp . 8080 : 172.20.0.77 . 80 }";
  for (
    const change of [
      "delete element TABLE ports_ip { tcp . 8080 }",
      `add element TABLE ports_ip ${elsewhere}`,
    ]
  ) {
    await runOk(host.inNetwork(["nft", change.replace("TABLE", table)]));
  }
  await host.ok(["rm", "-f", "victim"], PATIENT);
  const { rules, namespaces } = await look(host);
  assert.deepEqual(namespaces, []);
  assert.deepEqual(rules.filter((line) => /"veth|8080/.test(line)), []);
});

Deno.test(`${MANY} runs at once in one network get ${MANY} addresses and reach each other, and nothing is left of them`, async () => {
  await using host = await openNetworkHost();
  const serve = ["busybox", "httpd", "-f", "-p", "80", "-h", "/etc"];
  await host.ok(["run", "-d", "--rm", "--name", "first", ...serve]);
  await host.ok(["rm", "-f", "first"]);
  await host.ok(["network", "repair"]);
  const nothing = await look(host);
  assert.deepEqual([nothing.ports, nothing.namespaces, nothing.containers], [[], [], {}]);

  const names = Array.from({ length: MANY }, (_, index) => `web-${index}`);
  const ids = await Promise.all(
    names.map((name, index) =>
      host.ok(["run", "-d", "--name", name, "-p", `${9000 + index}:80`, ...serve], PATIENT)
    ),
  );
  const format = "{{.NetworkSettings.Networks.budgie0.IPAddress}}";
  const addresses = (await host.ok(["inspect", "-f", format, ...ids])).split("\n");
  assert.equal(new Set(addresses).size, MANY, addresses.join(" "));
  for (const [index, id] of ids.entries()) {
    const inside = ["nsenter", `--net=${host.run}/netns/${id}`];
    const neighbour = addresses[(index + 1) % MANY];
    for (
      const url of [`http://${neighbour}/hostname`, `http://172.20.0.1:${9000 + (index + 2) % MANY}/hostname`]
    ) {
      const result = await run([
        ...inside,
        "curl",
        "-s",
        "-m",
        "5",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        url,
      ]);
      assert.equal(result.stdout, "200", `${names[index]} asks ${url}: ${show(result)}`);
    }
  }
  await Promise.all(names.map((name) => host.ok(["rm", "-f", name], PATIENT)));
  await eventually("the kernel has removed all links", async () => (await look(host)).ports.length === 0);
  assert.deepEqual(await look(host), nothing);
});
