import assert from "node:assert/strict";
import { sleep } from "../base/sleep.ts";
import { NetlinkSocket } from "../linux/netlink.ts";
import { changeLink, listLinks } from "../linux/route/link.ts";
import { removeNetworkNamespace } from "../linux/netns.ts";
import { ensureBridge } from "./bridge.ts";
import { hostInterface } from "./link_name.ts";
import { namespacePath } from "./namespace_path.ts";
import { connectAll } from "./plumbing.ts";
import { removeStale } from "./stale.ts";
import { bridgeNetwork, endpoint, id, TestHost } from "./testing/host.ts";

const [WEB, API, GONE] = [id("aa"), id("bb"), id("cc")];
const FRONT = bridgeNetwork("f0");
const BACK = bridgeNetwork("b0", { subnets: [{ subnet: "10.7.0.0/24", gateway: "10.7.0.1" }] });

function hostWith(...containers: string[]): TestHost {
  const host = new TestHost();
  host.run(() => {
    for (const network of [FRONT, BACK]) ensureBridge(network);
    containers.forEach((container, index) => {
      connectAll(host.paths, container, [
        { network: FRONT, endpoint: endpoint(FRONT, index + 2, "eth0") },
        { network: BACK, endpoint: endpoint(BACK, index + 2, "eth1") },
      ]);
    });
  });
  return host;
}

function veths(host: TestHost): string[] {
  return host.run(() => {
    using socket = new NetlinkSocket();
    return listLinks(socket).filter(({ kind }) => kind === "veth").map(({ name }) => name);
  });
}

function ports(...containers: string[]): string[] {
  return containers.flatMap((container) => [FRONT, BACK].map(({ id }) => hostInterface(container, id)));
}

Deno.test("removeStale() removes what is of no container that is wanted", () => {
  using host = hostWith(WEB, API, GONE);
  Deno.writeTextFileSync(namespacePath(host.paths, id("dd")), ""); // somebody was killed before there was more
  const wanted = new Map([[WEB, [FRONT.id, BACK.id]], [API, [BACK.id]]]);
  const removed = host.run(() => removeStale(host.paths, wanted));
  assert.deepEqual(removed.namespaces.sort(), [GONE, id("dd")]);
  const stale = [...ports(GONE), hostInterface(API, FRONT.id)];
  assert.deepEqual(removed.interfaces.sort(), stale.sort());
  assert.deepEqual(veths(host), [...ports(WEB), hostInterface(API, BACK.id)]);
  assert.deepEqual([...Deno.readDirSync(host.paths.networkNamespaces)].map(({ name }) => name).sort(), [
    WEB,
    API,
  ]);
  assert.deepEqual(host.run(() => removeStale(host.paths, wanted)), { namespaces: [], interfaces: [] });
});

Deno.test("removeStale() finds interfaces of a namespace that lives on without its file", () => {
  using host = hostWith(GONE);
  using _held = Deno.openSync(namespacePath(host.paths, GONE));
  removeNetworkNamespace(namespacePath(host.paths, GONE));
  host.run(() => removeStale(host.paths, new Map()));
  assert.deepEqual(veths(host), []);
});

Deno.test("removeStale() leaves those of other data directories, and of others", () => {
  using host = hostWith(WEB, API);
  host.run(() => {
    using socket = new NetlinkSocket();
    socket.apply([
      changeLink(hostInterface(API, FRONT.id), { alias: `budgie ${API} ${FRONT.id} 0123456789ab` }),
    ]);
    socket.apply([changeLink(hostInterface(API, BACK.id), { alias: "of somebody" })]);
  });
  removeNetworkNamespace(namespacePath(host.paths, WEB));
  using _held = host.inside(API, () => Deno.openSync("/proc/thread-self/ns/net"));
  host.run(() => removeStale(host.paths, new Map()));
  assert.deepEqual(veths(host), ports(API));
});

Deno.test("whenever somebody is killed while connecting, removeStale() leaves nothing", async () => {
  using host = hostWith();
  for (let round = 0; round < 10; round++) {
    const process = connecting(host);
    const output = process.stdout.getReader();
    await output.read(); // it has begun
    await output.cancel();
    await sleep(Math.random() * 30);
    process.kill("SIGKILL");
    await process.status;
    host.run(() => removeStale(host.paths, new Map()));
    assert.deepEqual(veths(host), []);
    assert.deepEqual([...Deno.readDirSync(host.paths.networkNamespaces)], []);
  }
});

/** A process that connects and disconnects a container until it is killed. */
function connecting(host: TestHost): Deno.ChildProcess {
  const program = new URL("./testing/connect_forever.ts", import.meta.url).pathname;
  const command = new Deno.Command("nsenter", {
    args: [`--net=${host.network.folder}/host`, Deno.execPath(), "run", "-q", "-A", program],
    env: { BUDGIE_DATA_DIR: host.paths.data, BUDGIE_RUN_DIR: host.paths.run },
    stdin: "null",
    stdout: "piped",
  });
  return command.spawn();
}
