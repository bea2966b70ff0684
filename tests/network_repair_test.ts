/** Somebody takes away what running containers need of the host's network: it comes back, and they run on. */
import assert from "node:assert/strict";
import { tableName } from "../src/engine/network/rules.ts";
import { openKeptNetworkNamespace } from "../src/linux/netns.ts";
import { askUdp, Lab } from "../src/network/testing/lab.ts";
import { storePaths } from "../src/store/paths.ts";
import { asleep } from "./fixture/asleep.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { run, runOk, show } from "./fixture/process.ts";
import { bootDaemon, reboot } from "./fixture/reboot.ts";
import { eventually } from "./fixture/wait.ts";

/** The daemon settles for a tenth of a second; the machine may be busy. */
const SOON_MS = 10_000;

/** A container that answers at a published port, and one beside it that asks all the time. */
interface Scene extends AsyncDisposable {
  host: Host;
  /** IDs, and PIDs as the host sees them */
  web: { id: string; pid: string; veth: string };
  client: { id: string; pid: string; veth: string };
  /** name of the tables */
  table: string;
  /** Waits until an answer comes by each way. */
  untilWorking(what: string): Promise<void>;
}

async function openScene(): Promise<Scene> {
  await using undo = new AsyncDisposableStack();
  const host = undo.use(await openHost({ ownNetwork: true, env: { BUDGIE_NETWORK_DEFAULT: "budgie0" } }));
  const serve = "echo hello >/index.html; exec httpd -f -p 80 -h /";
  const start = ["run", "-d", "--restart", "unless-stopped"];
  await host.ok([...start, "--name", "web", "-p", "8080:80", "busybox", "sh", "-c", serve]);
  await host.ok([...start, "--name", "client", "busybox", "sleep", "1000000"]);
  const [web, client] = await Promise.all(["web", "client"].map((name) => connected(host, name)));
  const paths = storePaths({ get: (name) => host.env[name] });
  const owned = undo.move();
  const scene: Scene = {
    ...{ host, web, client, table: tableName(paths) },
    async untilWorking(what) {
      const published = host.inNetwork(["curl", "-s", "-m", "1", "http://127.0.0.1:8080/"]);
      await eventually(`${what}: the host gets an answer`, () => isAnswered(published), SOON_MS);
      // busybox's own wget, linked statically, ends with a segmentation fault where it looks up a name.
      const direct = [...inside(scene.client), "curl", "-s", "-m", "1", "http://172.20.0.2/"];
      await eventually(`${what}: the neighbour gets an answer`, () => isAnswered(direct), SOON_MS);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
  await scene.untilWorking("at first");
  return scene;
}

async function isAnswered(command: string[]): Promise<boolean> {
  return (await run(command)).stdout === "hello\n";
}

/** Words before a command that make it run in a container's network. */
function inside({ pid }: Scene["web"]): string[] {
  return ["nsenter", `--net=/proc/${pid}/ns/net`];
}

async function connected(host: Host, name: string) {
  const [id, pid] = (await host.ok(["inspect", "-f", "{{.Id}} {{.State.Pid}}", name])).split(" ");
  const links = JSON.parse(await runOk(host.inNetwork(["ip", "-j", "-d", "link", "show", "type", "veth"])));
  const { ifname } = links.find(({ ifalias }: { ifalias?: string }) => ifalias?.includes(` ${id} `));
  return { id, pid, veth: ifname as string };
}

const DAMAGES: { what: string; commands: (scene: Scene) => string[] }[] = [
  { what: "the bridge is deleted", commands: () => ["ip link delete budgie0"] },
  { what: "the bridge is brought down", commands: () => ["ip link set budgie0 down"] },
  { what: "its address is deleted", commands: () => ["ip addr flush dev budgie0"] },
  { what: "a veth is deleted", commands: ({ web }) => [`ip link delete ${web.veth}`] },
  {
    what: "a veth is taken off the bridge",
    commands: ({ client }) => [`ip link set ${client.veth} nomaster`],
  },
  { what: "a veth is brought down", commands: ({ web }) => [`ip link set ${web.veth} down`] },
  { what: "all rules are flushed", commands: () => ["nft flush ruleset"] },
  { what: "one table is deleted", commands: ({ table }) => [`nft delete table inet ${table}`] },
  {
    what: "everything is deleted",
    commands: ({ web, client }) => [
      "nft flush ruleset",
      "ip link delete budgie0",
      `ip link delete ${web.veth}`,
      `ip link delete ${client.veth}`,
    ],
  },
];

/** What the daemon is not told of: nobody is, of a setting. */
const UNNOTICED: typeof DAMAGES = [
  {
    what: "a setting of the bridge is changed",
    commands: () => ["echo 0 >/proc/sys/net/ipv4/conf/budgie0/route_localnet"],
  },
  { what: "forwarding is switched off", commands: () => ["echo 0 >/proc/sys/net/ipv4/ip_forward"] },
  {
    what: "the file of a network namespace is deleted",
    commands: ({ host, web }) => [`umount ${host.run}/netns/${web.id}`, `rm ${host.run}/netns/${web.id}`],
  },
];

async function damage(scene: Scene, { commands }: (typeof DAMAGES)[number]): Promise<void> {
  await runOk(scene.host.inNetwork(["sh", "-ec", commands(scene).join("\n")]));
}

/** All that repair is about, as text; what nft lists in no certain order is in one. */
async function look({ host, web, client, table }: Scene) {
  const text = async (...command: string[]) => await runOk(host.inNetwork(command));
  const rules = (await text("nft", "list", "ruleset")).replaceAll(/,\n\s+/g, ", ").replaceAll(
    /elements = \{ (.*) \}/g,
    (_, list: string) => `elements = { ${list.split(", ").sort().join(", ")} }`,
  );
  // Not its index and a veth's MAC, which are others when it was made again, and no timers.
  const links = JSON.parse(await text("ip", "-j", "-d", "addr")).map((link: Record<string, unknown>) => {
    const { ifname, ifalias, flags, mtu, master, operstate, addr_info: addresses } = link;
    const { info_kind: kind, info_slave_data: port } = (link.linkinfo ?? {}) as Record<string, unknown>;
    const { state, hairpin, isolated } = (port ?? {}) as Record<string, unknown>;
    const address = kind === "bridge" ? link.address : undefined;
    return {
      ...{
        ifname,
        ifalias,
        flags,
        mtu,
        master,
        operstate,
        addresses,
        kind,
        state,
        hairpin,
        isolated,
        address,
      },
    };
  });
  links.sort((a: { ifname: string }, b: { ifname: string }) => a.ifname < b.ifname ? -1 : 1);
  const settings = await text(
    ...["sh", "-c", "cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/budgie0/route_localnet"],
  );
  const containers = await Promise.all([web, client].map(async (container) => {
    const addresses = JSON.parse(
      await runOk([...inside(container), "ip", "-j", "addr", "show", "dev", "eth0"]),
    );
    const [{ address, addr_info: [{ local, prefixlen }] }] = addresses;
    return { address, local, prefixlen, routes: await runOk([...inside(container), "ip", "route"]) };
  }));
  const kept = await Array.fromAsync(Deno.readDir(`${host.run}/netns`), ({ name }) => name);
  assert.ok(rules.includes(table));
  return { rules: rules.split("\n"), links, settings, containers, kept: kept.sort() };
}

async function sameProcesses({ host, web, client }: Scene): Promise<void> {
  const pids = await host.ok(["inspect", "-f", "{{.State.Pid}} {{.RestartCount}}", "web", "client"]);
  assert.equal(pids, `${web.pid} 0\n${client.pid} 0`);
}

Deno.test("the daemon brings back links, addresses and rules that somebody took away, and containers run on", async () => {
  await using scene = await openScene();
  const before = await look(scene);
  for (const one of DAMAGES) {
    await damage(scene, one);
    await scene.untilWorking(one.what);
    await eventually(`after ${one.what}, all is as before`, async () => {
      return JSON.stringify(await look(scene)) === JSON.stringify(before);
    }, SOON_MS).catch(() => {});
    assert.deepEqual(await look(scene), before, one.what);
    Object.assign(scene, { web: await connected(scene.host, "web") });
  }
  await sameProcesses(scene);
});

Deno.test("network repair brings everything back by hand, and a second time changes nothing", async () => {
  await using scene = await openScene();
  const { host } = scene;
  const before = await look(scene);
  using _daemon = await asleep(host);
  for (const one of [...DAMAGES, ...UNNOTICED]) {
    await damage(scene, one);
    assert.notDeepEqual(await look(scene).catch(() => undefined), before, `${one.what} does no harm`);
    const repaired = await host.budgie(["network", "repair"]);
    assert.deepEqual(repaired, { code: 0, stdout: "", stderr: "" }, `${one.what}: ${show(repaired)}`);
    await scene.untilWorking(one.what);
    assert.deepEqual(await look(scene), before, one.what);
  }
  const indices = () => runOk(host.inNetwork(["ip", "-j", "link"]));
  const first = await indices();
  await host.ok(["network", "repair"]);
  assert.equal(await indices(), first);
  assert.deepEqual(await look(scene), before);
  await sameProcesses(scene);
});

Deno.test("after a reboot containers with a restart policy have their networks, addresses and ports again", async () => {
  await using scene = await openScene();
  const { host } = scene;
  await host.ok(["network", "create", "back"]);
  await host.ok(["network", "connect", "--alias", "db", "back", "web"]);
  const endpoints = () => host.ok(["inspect", "-f", "{{json .NetworkSettings.Networks}}", "web", "client"]);
  const before = { endpoints: await endpoints(), look: await look(scene) };
  await reboot(host);
  // Nothing of the kernel's survives one either; a veth goes a while after its namespace.
  await eventually("the veths are gone", async () => {
    return await runOk(host.inNetwork(["ip", "link", "show", "type", "veth"])) === "";
  });
  const bridges = await runOk(host.inNetwork(["ip", "-j", "link", "show", "type", "bridge"]));
  for (const { ifname } of JSON.parse(bridges)) await runOk(host.inNetwork(["ip", "link", "delete", ifname]));
  await runOk(host.inNetwork(["nft", "flush", "ruleset"]));
  await using _daemon = bootDaemon(host);
  await eventually("both run again", async () => {
    // As with docker, State.Running is true also of one that waits to be started again.
    return await host.ok(["inspect", "-f", "{{.State.Status}}", "web", "client"]) === "running\nrunning";
  });
  const [web, client] = await Promise.all(["web", "client"].map((name) => connected(host, name)));
  assert.notEqual(web.pid, scene.web.pid);
  Object.assign(scene, { web, client });
  await scene.untilWorking("after the reboot");
  assert.deepEqual({ endpoints: await endpoints(), look: await look(scene) }, before);
});

Deno.test("a bridge of our network's name that somebody else made is refused, and left as it is", async () => {
  await using host = await openHost({ ownNetwork: true, env: { BUDGIE_NETWORK_DEFAULT: "budgie0" } });
  await host.ok(["run", "--rm", "busybox", "true"]); // from now on the name is the network's
  await runOk(host.inNetwork(["ip", "link", "delete", "budgie0"]));
  await runOk(host.inNetwork(["ip", "link", "add", "budgie0", "type", "bridge"]));
  const link = () => runOk(host.inNetwork(["ip", "-d", "addr", "show", "budgie0"]));
  const before = await link();
  const refused = await host.budgie(["run", "--rm", "busybox", "true"]);
  assert.equal(refused.code, 125, show(refused));
  assert.match(
    refused.stderr,
    /^Error: .*Cannot use the interface 'budgie0' for the network 'budgie0': it was not made by budgie\nhint: Rename/m,
  );
  assert.equal(await link(), before);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.run}/netns`)), []);
});

Deno.test("network repair leaves a bridge of somebody else alone that has taken the place of ours, and says so", async () => {
  await using scene = await openScene();
  const { host } = scene;
  using _daemon = await asleep(host);
  const others = "table inet other { chain input { type filter hook input priority 0; policy drop; }; }";
  await runOk(host.inNetwork(["nft", others]));
  for (const words of [["delete", "budgie0"], ["add", "budgie0", "type", "bridge"]]) {
    await runOk(host.inNetwork(["ip", "link", ...words]));
  }
  const theirs = async () => [
    await runOk(host.inNetwork(["ip", "-d", "link", "show", "budgie0"])),
    await runOk(host.inNetwork(["nft", "list", "table", "inet", "other"])),
  ];
  const before = await theirs();
  const repaired = await host.budgie(["network", "repair"]);
  assert.equal(repaired.code, 1, show(repaired));
  assert.match(repaired.stderr, /^Error: Cannot use the interface 'budgie0' .*: it was not made by budgie$/m);
  assert.deepEqual(await theirs(), before);
  await runOk(host.inNetwork(["ip", "link", "delete", "budgie0"]));
  await runOk(host.inNetwork(["nft", "delete", "table", "inet", "other"]));
  await host.ok(["network", "repair"]);
  await scene.untilWorking("the other bridge has gone");
});

Deno.test("a UDP flow with a fixed source port reaches the container that replaces another one at once", async () => {
  await using host = await openHost({ ownNetwork: true, env: { BUDGIE_NETWORK_DEFAULT: "budgie0" } });
  const machine = (name: string, path: string) => ({
    name,
    pid: 0,
    namespace: openKeptNetworkNamespace(path),
  });
  const here = machine("host", host.inNetwork([])[1].replace("--net=", ""));
  await using undo = new AsyncDisposableStack();
  undo.use(here.namespace);
  /** A container with a server of the test's: busybox has none for UDP. */
  const start = async (name: string) => {
    const id = await host.ok(["run", "-d", "--name", name, "-p", "5353:53/udp", "busybox", "sleep", "1000"]);
    const container = machine(name, `${host.run}/netns/${id}`);
    const lab = new Lab();
    lab.serveUdp(container, 53);
    container.namespace.close();
    return lab;
  };
  const ask = () => askUdp(here, "127.0.0.1", 5353, 40_000);
  const one = await start("one");
  assert.match(await ask(), /^one /);
  await one[Symbol.asyncDispose]();
  await host.ok(["rm", "-f", "one"]);
  assert.match(await ask(), /^(nothing|refused)$/); // and this is a flow too
  undo.use(await start("two"));
  assert.match(await ask(), /^two /);
});
