import assert from "node:assert/strict";
import { isNetworkNamespace, removeNetworkNamespace } from "./netns.ts";
import { NetlinkSocket } from "./netlink.ts";
import { findLink, makeBridge } from "./route/link.ts";
import { PrivateNetwork } from "./testing/private_network.ts";

const OWN = "/proc/thread-self/ns/net";

Deno.test("makeNetworkNamespace() makes one with loopback, which is up, and comes back", () => {
  const before = Deno.readLinkSync(OWN);
  using network = new PrivateNetwork();
  assert.equal(Deno.readLinkSync(OWN), before);
  network.run(() => {
    assert.notEqual(Deno.readLinkSync(OWN), before);
    using socket = new NetlinkSocket();
    assert.equal(findLink(socket, "lo")?.up, true);
  });
});

Deno.test("a namespace that can't be kept is not left behind, and the thread comes back", () => {
  using network = new PrivateNetwork();
  const before = Deno.readLinkSync(OWN);
  assert.throws(() => network.make("missing/folder"), Deno.errors.NotFound);
  assert.equal(Deno.readLinkSync(OWN), before);
});

Deno.test("isNetworkNamespace() tells a namespace from a file that is still there without one", () => {
  using network = new PrivateNetwork();
  const path = network.make("one");
  assert.equal(isNetworkNamespace(path), true);
  assert.equal(isNetworkNamespace(`${network.folder}/other`), false);
  Deno.writeTextFileSync(`${network.folder}/file`, "");
  assert.equal(isNetworkNamespace(`${network.folder}/file`), false);
  for (const name of ["one", "file", "other"]) removeNetworkNamespace(`${network.folder}/${name}`);
  assert.deepEqual([...Deno.readDirSync(network.folder)].map(({ name }) => name), ["host"]);
});

Deno.test("a socket stays in the namespace that it was made in", () => {
  using network = new PrivateNetwork();
  using socket = network.run(() => new NetlinkSocket());
  socket.apply([makeBridge({ name: "here", macAddress: "02:00:00:00:00:01" })]);
  network.run(() => assert.match(Deno.readTextFileSync("/proc/thread-self/net/dev"), /here:/));
});
