import assert from "node:assert/strict";
import { BudgieError } from "../base/errors.ts";
import { NetlinkSocket } from "../linux/netlink.ts";
import { listAddresses, removeAddress } from "../linux/route/address.ts";
import { changeLink, deleteLink, findLink, makeBridge } from "../linux/route/link.ts";
import { RouteMonitor } from "../linux/route/monitor.ts";
import { ensureBridge, removeBridge } from "./bridge.ts";
import { readSetting } from "./kernel_setting.ts";
import { bridgeNetwork, TestHost, untilQuiet } from "./testing/host.ts";

const FRONT = bridgeNetwork("f0");
const DUAL = bridgeNetwork("d0", {
  subnets: [{ subnet: "10.8.0.0/16", gateway: "10.8.0.1" }, { subnet: "fd00:8::/64", gateway: "fd00:8::1" }],
  mtu: 1400,
});

function addressesOf(name: string): string[] {
  using socket = new NetlinkSocket();
  const { index } = findLink(socket, name)!;
  return listAddresses(socket).filter(({ link }) => link === index)
    .map(({ address, prefixLength }) => `${address}/${prefixLength}`);
}

Deno.test("ensureBridge() makes a bridge with the gateway's address, and lets the host pass packets on", () => {
  using host = new TestHost();
  host.run(() => {
    assert.equal(readSetting("ipv4/ip_forward"), "0");
    ensureBridge(FRONT);
    assert.equal(readSetting("ipv4/ip_forward"), "1");
    assert.equal(readSetting("ipv4/conf/budf0/route_localnet"), "1");
    assert.equal(readSetting("ipv6/conf/all/forwarding"), "0");
    const { up, kind, alias, mtu } = host.link("budf0")!;
    assert.deepEqual({ up, kind, alias, mtu }, {
      up: true,
      kind: "bridge",
      alias: `budgie ${FRONT.id}`,
      mtu: 1500,
    });
    assert.deepEqual(addressesOf("budf0"), ["10.9.0.1/24"]); // and none of IPv6
  });
});

Deno.test("ensureBridge() gives a network of both families both gateways, usable at once", () => {
  using host = new TestHost();
  host.run(() => {
    ensureBridge(DUAL);
    assert.equal(host.link("budd0")!.mtu, 1400);
    assert.deepEqual(addressesOf("budd0").slice(0, 2), ["10.8.0.1/16", "fd00:8::1/64"]);
    Deno.listen({ hostname: "fd00:8::1", port: 53 }).close(); // EADDRNOTAVAIL while it is tentative
    assert.equal(readSetting("ipv6/conf/all/forwarding"), "1");
    assert.equal(readSetting("ipv6/conf/budd0/accept_ra"), "0");
    assert.equal(readSetting("ipv6/conf/budd0/accept_dad"), "0");
  });
});

Deno.test("ensureBridge() leaves the host able to learn its own IPv6 address from a router", () => {
  using host = new TestHost();
  host.run(() => {
    using socket = new NetlinkSocket();
    for (const name of ["uplink", "quiet"]) {
      socket.apply([makeBridge({ name, macAddress: "02:00:00:00:00:01" })]);
    }
    Deno.writeTextFileSync("/proc/sys/net/ipv6/conf/quiet/accept_ra", "0");
    ensureBridge(DUAL);
    assert.equal(readSetting("ipv6/conf/uplink/accept_ra"), "2");
    assert.equal(readSetting("ipv6/conf/quiet/accept_ra"), "0");
  });
});

Deno.test("ensureBridge() a second time changes nothing", async () => {
  using host = new TestHost();
  const ensure = () => host.run(() => [FRONT, DUAL].forEach(ensureBridge));
  ensure();
  using monitor = host.run(() => new RouteMonitor());
  await untilQuiet(monitor);
  ensure();
  assert.deepEqual(monitor.drain(), []);
});

Deno.test("ensureBridge() puts back what somebody took away", () => {
  using host = new TestHost();
  host.run(() => {
    using socket = new NetlinkSocket();
    ensureBridge(DUAL);
    const { index, macAddress } = host.link("budd0")!;
    socket.apply([
      removeAddress({ link: index, address: "10.8.0.1", prefixLength: 16 }),
      changeLink("budd0", { up: false, mtu: 1300 }), // without which IPv6 addresses go
    ]);
    for (const name of ["ipv4/ip_forward", "ipv4/conf/budd0/route_localnet", "ipv6/conf/all/forwarding"]) {
      Deno.writeTextFileSync(`/proc/sys/net/${name}`, "0");
    }
    ensureBridge(DUAL);
    assert.deepEqual(addressesOf("budd0").slice(0, 2), ["10.8.0.1/16", "fd00:8::1/64"]);
    const { up, mtu } = host.link("budd0")!;
    assert.deepEqual({ up, mtu }, { up: true, mtu: 1400 });
    for (const name of ["ipv4/ip_forward", "ipv4/conf/budd0/route_localnet", "ipv6/conf/all/forwarding"]) {
      assert.equal(readSetting(name), "1", name);
    }
    socket.apply([deleteLink("budd0")]);
    ensureBridge(DUAL);
    assert.equal(host.link("budd0")!.macAddress, macAddress); // containers know it
  });
});

Deno.test("a bridge that somebody else made is neither used nor removed", () => {
  using host = new TestHost();
  host.run(() => {
    using socket = new NetlinkSocket();
    socket.apply([makeBridge({ name: "budf0", macAddress: "02:00:00:00:00:01" })]);
    const message = "Cannot use the interface 'budf0' for the network 'net-f0': it was not made by budgie";
    for (const act of [ensureBridge, removeBridge]) {
      assert.throws(() => act(FRONT), (error) => error instanceof BudgieError && error.message === message);
    }
    socket.apply([changeLink("budf0", { alias: `budgie ${DUAL.id}` })]);
    for (const act of [ensureBridge, removeBridge]) {
      assert.throws(() => act(FRONT), /it is of another network, with the ID d00000000000$/);
    }
    assert.equal(host.link("budf0")!.up, false);
    assert.equal(readSetting("ipv4/ip_forward"), "0");
  });
});

Deno.test("removeBridge() removes it, and once more is fine", () => {
  using host = new TestHost();
  host.run(() => {
    ensureBridge(FRONT);
    removeBridge(FRONT);
    removeBridge(FRONT);
    assert.equal(host.link("budf0"), undefined);
  });
});

Deno.test("a network without a bridge needs nothing of the host", () => {
  using host = new TestHost();
  host.run(() => {
    const lan = bridgeNetwork("e0", { driver: "macvlan", bridge: undefined, parent: "eth0" });
    ensureBridge(lan);
    removeBridge(lan);
    assert.equal(readSetting("ipv4/ip_forward"), "0");
  });
});
