import assert from "node:assert/strict";
import { NetlinkSocket } from "../linux/netlink.ts";
import { listAddresses, removeAddress } from "../linux/route/address.ts";
import {
  changeLink,
  changePort,
  deleteLink,
  findLink,
  listLinks,
  makeBridge,
  makeVeth,
} from "../linux/route/link.ts";
import { RouteMonitor } from "../linux/route/monitor.ts";
import { listRoutes } from "../linux/route/route.ts";
import { openKeptNetworkNamespace, removeNetworkNamespace } from "../linux/netns.ts";
import type { NetworkRecord } from "../store/network.ts";
import { ensureBridge } from "./bridge.ts";
import { readSetting } from "./kernel_setting.ts";
import { hostInterface } from "./link_name.ts";
import { namespacePath } from "./namespace_path.ts";
import { connectAll, type Connection, disconnectAll, disconnectOne } from "./plumbing.ts";
import { bridgeNetwork, endpoint, id, TestHost, untilQuiet } from "./testing/host.ts";

const [WEB, API] = [id("aa"), id("bb")];
const FRONT = bridgeNetwork("f0");
const BACK = bridgeNetwork("b0", {
  subnets: [{ subnet: "10.7.0.0/24", gateway: "10.7.0.1" }],
  internal: true,
});
const DUAL = bridgeNetwork("d0", {
  subnets: [{ subnet: "10.8.0.0/24", gateway: "10.8.0.1" }, { subnet: "fd00:8::/64", gateway: "fd00:8::1" }],
  mtu: 1400,
});

/** A host with bridges, and these containers in these networks. */
function hostWith(containers: Record<string, readonly Connection[]>): TestHost {
  const host = new TestHost();
  host.run(() => {
    for (const [container, connections] of Object.entries(containers)) {
      for (const { network } of connections) ensureBridge(network);
      connectAll(host.paths, container, connections);
    }
  });
  return host;
}

function connection(network: NetworkRecord, number: number, name?: string): Connection {
  return { network, endpoint: endpoint(network, number, name) };
}

function innerAddresses(host: TestHost, container: string): string[] {
  return host.inside(container, () => {
    using socket = new NetlinkSocket();
    return listAddresses(socket).filter(({ link }) => link !== 1)
      .map(({ address, prefixLength }) => `${address}/${prefixLength}`);
  });
}

function ways(host: TestHost, container: string): string[] {
  return host.inside(container, () => {
    using socket = new NetlinkSocket();
    return listRoutes(socket).filter(({ prefixLength }) => prefixLength === 0).map(({ gateway }) => gateway!);
  });
}

Deno.test("connectAll() connects containers with each other and with the host", async () => {
  using host = hostWith({ [WEB]: [connection(FRONT, 2)], [API]: [connection(FRONT, 3)] });
  assert.ok(await host.reaches(WEB, API, "10.9.0.3"));
  assert.ok(await host.reaches(API, WEB, "10.9.0.2"));
  assert.ok(await host.reaches(undefined, WEB, "10.9.0.2"));
  assert.ok(await host.reaches(WEB, undefined, "10.9.0.1"));
  assert.ok(await host.reaches(WEB, WEB, "127.0.0.1"));
  const { macAddress, up } = host.innerLink(WEB, "eth0")!;
  assert.deepEqual({ macAddress, up }, { macAddress: "02:42:00:00:f0:02", up: true });
  assert.deepEqual(innerAddresses(host, WEB), ["10.9.0.2/24"]); // and none of IPv6
  const port = host.link(hostInterface(WEB, FRONT.id))!;
  assert.deepEqual([port.hairpin, port.isolated, port.up], [true, false, true]);
});

Deno.test("connectAll() connects by IPv6 too, at once, and with the network's MTU", async () => {
  using host = hostWith({ [WEB]: [connection(DUAL, 2)], [API]: [connection(DUAL, 3)] });
  assert.ok(await host.reaches(WEB, API, "fd00:8::3"));
  assert.ok(await host.reaches(undefined, API, "fd00:8::3"));
  assert.ok(await host.reaches(WEB, API, "10.8.0.3"));
  assert.deepEqual([host.innerLink(WEB, "eth0")!.mtu, host.link(hostInterface(WEB, DUAL.id))!.mtu], [
    1400,
    1400,
  ]);
  assert.deepEqual(ways(host, WEB), ["10.8.0.1", "fd00:8::1"]);
  host.inside(WEB, () => assert.equal(readSetting("ipv6/conf/eth0/accept_ra"), "0"));
});

Deno.test("the way out is by the first network that has one", () => {
  using host = hostWith({
    [WEB]: [connection(BACK, 2, "eth0"), connection(FRONT, 2, "eth1"), connection(DUAL, 2, "eth2")],
    [API]: [connection(BACK, 3)],
  });
  assert.deepEqual(ways(host, WEB), ["10.9.0.1", "fd00:8::1"]);
  assert.deepEqual(ways(host, API), []);
  assert.deepEqual(innerAddresses(host, WEB).slice(0, 3), ["10.7.0.2/24", "10.9.0.2/24", "10.8.0.2/24"]);
});

Deno.test("containers of an isolated network reach the host, and not each other", async () => {
  const apart = { ...FRONT, isolate: true };
  using host = hostWith({ [WEB]: [connection(apart, 2)], [API]: [connection(apart, 3)] });
  assert.ok(await host.reaches(WEB, undefined, "10.9.0.1"));
  assert.equal(await host.reaches(WEB, API, "10.9.0.3"), false);
});

Deno.test("connectAll() a second time changes nothing, in the container neither", async () => {
  const connections = [connection(DUAL, 2, "eth0"), connection(FRONT, 2, "eth1")];
  using host = hostWith({ [WEB]: connections });
  host.inside(WEB, () => Deno.writeTextFileSync("/proc/sys/net/ipv4/conf/eth0/arp_notify", "0")); // its own affair
  using outer = host.run(() => new RouteMonitor());
  using inner = host.inside(WEB, () => new RouteMonitor());
  await untilQuiet(outer, inner);
  host.run(() => connectAll(host.paths, WEB, connections));
  assert.deepEqual([...outer.drain(), ...inner.drain()], []);
  host.inside(WEB, () => assert.equal(readSetting("ipv4/conf/eth0/arp_notify"), "0"));
});

Deno.test("connectAll() makes again whatever somebody removed", async (test) => {
  const connections = [connection(FRONT, 2)];
  using host = hostWith({ [WEB]: connections, [API]: [connection(FRONT, 3)] });
  const port = hostInterface(WEB, FRONT.id);
  const damages: Record<string, (outer: NetlinkSocket, inner: NetlinkSocket) => void> = {
    "the veth": (outer) => outer.apply([deleteLink(port)]),
    "its place on the bridge": (outer) => outer.apply([changeLink(port, { master: 0 })]),
    "its being up": (outer) => outer.apply([changeLink(port, { up: false })]),
    "its alias": (outer) => outer.apply([changeLink(port, { alias: "" })]),
    "its flags": (outer) => outer.apply([changePort(port, { hairpin: false, isolated: true })]),
    "the bridge": (outer) => outer.apply([deleteLink("budf0")]),
    "the container's address": (_, inner) => {
      const { index } = findLink(inner, "eth0")!;
      inner.apply([removeAddress({ link: index, address: "10.9.0.2", prefixLength: 24 })]);
    },
    "the container's MAC address": (_, inner) =>
      inner.apply([changeLink("eth0", { macAddress: "02:00:00:00:00:07" })]),
    "the container's interface": (_, inner) => inner.apply([deleteLink("eth0")]),
    "the container's link": (_, inner) => inner.apply([changeLink("eth0", { up: false })]),
  };
  const before = { link: describe(host, port), ways: ways(host, WEB), addresses: innerAddresses(host, WEB) };
  for (const [what, damage] of Object.entries(damages)) {
    await test.step(what, async () => {
      using outer = host.run(() => new NetlinkSocket());
      using inner = host.inside(WEB, () => new NetlinkSocket());
      damage(outer, inner);
      host.run(() => {
        ensureBridge(FRONT);
        connectAll(host.paths, WEB, connections);
        connectAll(host.paths, API, [connection(FRONT, 3)]);
      });
      const after = {
        link: describe(host, port),
        ways: ways(host, WEB),
        addresses: innerAddresses(host, WEB),
      };
      assert.deepEqual(after, before);
      assert.ok(await host.reaches(WEB, API, "10.9.0.3"));
      assert.ok(await host.reaches(undefined, WEB, "10.9.0.2"));
    });
  }
});

/** What of a link has to be as it was. */
function describe(host: TestHost, name: string): unknown {
  const { alias, up, hairpin, isolated, mtu } = host.link(name)!;
  return { alias, up, hairpin, isolated, mtu, macInside: host.innerLink(WEB, "eth0")!.macAddress };
}

Deno.test("connectAll() uses a file that somebody left who was killed before there was a namespace", async () => {
  using host = new TestHost();
  Deno.writeTextFileSync(namespacePath(host.paths, WEB), "");
  host.run(() => {
    ensureBridge(FRONT);
    connectAll(host.paths, WEB, [connection(FRONT, 2)]);
  });
  assert.ok(await host.reaches(undefined, WEB, "10.9.0.2"));
});

Deno.test("connectAll() keeps the namespace of a container that runs again when its file was taken away", async () => {
  const connections = [connection(FRONT, 2)];
  using host = hostWith({ [WEB]: connections });
  await using process = sleeping(namespacePath(host.paths, WEB));
  const namespace = await process.namespace();
  removeNetworkNamespace(namespacePath(host.paths, WEB));
  host.run(() => connectAll(host.paths, WEB, connections, { pid: process.pid }));
  assert.equal(host.inside(WEB, () => Deno.readLinkSync("/proc/thread-self/ns/net")), namespace);
  assert.ok(await host.reaches(undefined, WEB, "10.9.0.2"));
});

/** A process in a network namespace, killed at the end. */
function sleeping(path: string): AsyncDisposable & { pid: number; namespace(): Promise<string> } {
  const command = new Deno.Command("nsenter", { args: [`--net=${path}`, "sleep", "60"], stdin: "null" });
  const process = command.spawn();
  return {
    pid: process.pid,
    async namespace() {
      const own = Deno.readLinkSync("/proc/self/ns/net");
      while (true) {
        const namespace = Deno.readLinkSync(`/proc/${process.pid}/ns/net`);
        if (namespace !== own) return namespace;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
    },
  };
}

Deno.test("disconnectOne() takes a container out of one network, and connectAll() gives it another way out", async () => {
  using host = hostWith({
    [WEB]: [connection(FRONT, 2, "eth0"), connection(DUAL, 2, "eth1")],
    [API]: [connection(FRONT, 3)],
  });
  host.run(() => {
    disconnectOne(host.paths, WEB, connection(FRONT, 2, "eth0"));
    disconnectOne(host.paths, WEB, connection(FRONT, 2, "eth0")); // it is gone already
    connectAll(host.paths, WEB, [connection(DUAL, 2, "eth1")]);
  });
  assert.equal(host.innerLink(WEB, "eth0"), undefined);
  assert.deepEqual(ways(host, WEB), ["10.8.0.1", "fd00:8::1"]);
  assert.equal(await host.reaches(API, WEB, "10.8.0.2"), true); // by the host, which routes
  host.run(() => connectAll(host.paths, WEB, [connection(DUAL, 2, "eth1"), connection(FRONT, 2, "eth0")]));
  assert.ok(await host.reaches(API, WEB, "10.9.0.2"));
});

Deno.test("disconnectAll() leaves nothing, and once more is fine", async () => {
  using host = hostWith({ [WEB]: [connection(FRONT, 2, "eth0"), connection(BACK, 2, "eth1")] });
  host.run(() => disconnectAll(host.paths, WEB));
  host.run(() => disconnectAll(host.paths, WEB));
  assert.deepEqual([...Deno.readDirSync(host.paths.networkNamespaces)], []);
  const left = () =>
    host.run(() => {
      using socket = new NetlinkSocket();
      return listLinks(socket).some(({ kind }) => kind === "veth");
    });
  const deadline = Date.now() + 5_000;
  while (left() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(left(), false);
});

Deno.test("after disconnectAll() a process that is still in there reaches nothing", async () => {
  using host = hostWith({ [WEB]: [connection(FRONT, 2)] });
  await using process = sleeping(namespacePath(host.paths, WEB));
  await process.namespace();
  host.run(() => disconnectAll(host.paths, WEB));
  const signal = AbortSignal.timeout(1_000);
  await assert.rejects(
    host.run(() => Deno.connect({ hostname: "10.9.0.2", port: 1, signal })),
    (error: Error) => {
      return !/refused/.test(error.message); // as it would be if somebody were there
    },
  );
});

Deno.test("a container that comes again at once is connected, while its old interfaces still go", async () => {
  using host = hostWith({ [WEB]: [connection(FRONT, 2)] });
  for (let count = 0; count < 10; count++) {
    host.run(() => {
      disconnectAll(host.paths, WEB);
      connectAll(host.paths, WEB, [connection(FRONT, 2)]);
    });
    assert.ok(await host.reaches(undefined, WEB, "10.9.0.2"));
  }
});

Deno.test("an address that goes to another container is found there at once", async () => {
  using host = hostWith({ [WEB]: [connection(DUAL, 2)], [API]: [connection(DUAL, 3)] });
  for (const address of ["10.8.0.2", "fd00:8::2"]) assert.ok(await host.reaches(API, WEB, address));
  const other = id("cc");
  const heir = connection(DUAL, 2);
  host.run(() => {
    disconnectAll(host.paths, WEB);
    connectAll(host.paths, other, [{
      ...heir,
      endpoint: { ...heir.endpoint, macAddress: "02:00:00:00:00:77" },
    }]);
  });
  for (const address of ["10.8.0.2", "fd00:8::2"]) assert.ok(await host.reaches(API, other, address));
});

Deno.test("50 containers are connected one after the other, and reach each other", async () => {
  const network = bridgeNetwork("f0");
  const numbers = Array.from({ length: 50 }, (_, index) => index + 2);
  const containers = numbers.map((number) =>
    [id(`c${String(number).padStart(2, "0")}`), [connection(network, number)]] as const
  );
  using host = hostWith(Object.fromEntries(containers));
  for (const [index, [container]] of containers.entries()) {
    const [next, [{ endpoint: { addresses } }]] = containers[(index + 1) % containers.length];
    assert.ok(await host.reaches(container, next, addresses[0]));
  }
});

Deno.test("a missing bridge is said", () => {
  using host = new TestHost();
  const connect = () => host.run(() => connectAll(host.paths, WEB, [connection(FRONT, 2)]));
  assert.throws(
    connect,
    /^BudgieError: Cannot connect to the network 'net-f0': its bridge 'budf0' is missing$/,
  );
});

const LAN = bridgeNetwork("e0", { driver: "macvlan", bridge: undefined, parent: "uplink" });

Deno.test("containers of a macvlan network reach each other by their parent", async () => {
  using host = new TestHost();
  host.run(() => {
    using socket = new NetlinkSocket();
    makeUplink(socket);
    for (const [container, number] of [[WEB, 2], [API, 3]] as const) {
      connectAll(host.paths, container, [connection(LAN, number)]);
      connectAll(host.paths, container, [connection(LAN, number)]);
    }
  });
  assert.ok(await host.reaches(WEB, API, "10.9.0.3"));
  const { kind, macAddress } = host.innerLink(WEB, "eth0")!;
  assert.deepEqual([kind, macAddress], ["macvlan", "02:42:00:00:e0:02"]);
  assert.deepEqual(ways(host, WEB), ["10.9.0.1"]);
  host.run(() => disconnectOne(host.paths, WEB, connection(LAN, 2)));
  assert.equal(host.innerLink(WEB, "eth0"), undefined);
  host.run(() => disconnectAll(host.paths, WEB));
});

/** A veth from a bridge to the host itself: a bridge alone has no carrier. */
function makeUplink(socket: NetlinkSocket): void {
  using namespace = openKeptNetworkNamespace("/proc/thread-self/ns/net");
  socket.apply([makeBridge({ name: "lan", macAddress: "02:00:00:00:00:01" })]);
  const { index } = findLink(socket, "lan")!;
  const inner = { namespace, name: "uplink", macAddress: "02:00:00:00:00:02" };
  socket.apply([
    makeVeth("port", { master: index, inner }),
    ...["lan", "port", "uplink"].map((name) => changeLink(name, { up: true })),
  ]);
}

Deno.test("a missing parent is said", () => {
  using host = new TestHost();
  const connect = () => host.run(() => connectAll(host.paths, WEB, [connection(LAN, 2)]));
  assert.throws(connect, /the host has no interface 'uplink', its parent$/);
});

Deno.test("a driver that the kernel lacks is said", () => {
  using host = new TestHost();
  const network = { ...LAN, driver: "ipvlan" as const, parent: "lo" };
  const connect = () => host.run(() => connectAll(host.paths, WEB, [connection(network, 2)]));
  // Where the kernel has it, it does not want loopback as a parent.
  assert.throws(
    connect,
    /^BudgieError: Cannot connect to the network 'net-e0': (the kernel has no ipvlan$|make ipvlan)/,
  );
});
