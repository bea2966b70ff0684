import assert from "node:assert/strict";
import { Poller, POLLIN } from "../poll.ts";
import { NetlinkSocket } from "../netlink.ts";
import { PrivateNetwork } from "../testing/private_network.ts";
import { addAddress, removeAddress } from "./address.ts";
import { changeLink, deleteLink, findLink, makeBridge } from "./link.ts";
import { RouteMonitor } from "./monitor.ts";

const BRIDGE = { name: "bridge", macAddress: "02:00:00:00:00:01" };

Deno.test("a monitor tells of links, addresses and routes that come and go", () => {
  using network = new PrivateNetwork();
  network.run(() => {
    using monitor = new RouteMonitor();
    using socket = new NetlinkSocket();
    assert.deepEqual(monitor.drain(), []);
    socket.apply([makeBridge(BRIDGE), changeLink("bridge", { up: true })]);
    const { index } = findLink(socket, "bridge")!;
    const address = { link: index, address: "10.0.0.1", prefixLength: 24 };
    assert.ok(monitor.drain().some((change) => change.what === "link" && !change.gone && change.link.up));
    socket.apply([addAddress(address)]);
    const added = monitor.drain();
    assert.deepEqual(added.find(({ what }) => what === "address"), { what: "address", gone: false, address });
    assert.ok(added.some((change) => change.what === "route" && !change.gone));
    socket.apply([removeAddress(address)]);
    assert.ok(monitor.drain().some((change) => change.what === "address" && change.gone));
    socket.apply([deleteLink("bridge")]);
    const gone = monitor.drain().find((change) => change.what === "link" && change.gone);
    assert.ok(gone?.what === "link" && gone.link.name === "bridge");
  });
});

Deno.test("a monitor can be waited for with poll(2)", async () => {
  using network = new PrivateNetwork();
  using monitor = network.run(() => new RouteMonitor());
  using socket = network.run(() => new NetlinkSocket());
  using poller = new Poller();
  poller.watch(monitor.fd, POLLIN);
  assert.equal((await poller.wait(0)).size, 0);
  const ready = poller.wait(10_000);
  socket.apply([makeBridge(BRIDGE)]);
  assert.ok((await ready).has(monitor.fd));
});

Deno.test("a monitor that was not drained says that something is lost, and goes on", () => {
  using network = new PrivateNetwork();
  network.run(() => {
    using monitor = new RouteMonitor();
    using socket = new NetlinkSocket();
    socket.apply([makeBridge(BRIDGE)]);
    for (let count = 0; count < 1_000; count++) socket.apply([changeLink("bridge", { up: count % 2 === 0 })]);
    assert.ok(monitor.drain().some(({ what }) => what === "lost"));
    socket.apply([deleteLink("bridge")]);
    assert.ok(monitor.drain().some((change) => change.what === "link" && change.gone));
  });
});
