import assert from "node:assert/strict";
import { NetlinkSocket } from "../linux/netlink.ts";
import { addAddress } from "../linux/route/address.ts";
import { changeLink, findLink, makeBridge } from "../linux/route/link.ts";
import { addDefaultRoute } from "../linux/route/route.ts";
import { PrivateNetwork } from "../linux/testing/private_network.ts";
import { hostRoutes } from "./host_routes.ts";

Deno.test("hostRoutes() knows the ranges of addresses and routes with their interface, and no default route", () => {
  using network = new PrivateNetwork();
  const whys = network.run(() => {
    using socket = new NetlinkSocket();
    socket.apply([makeBridge({ name: "lan0", macAddress: "02:00:00:00:00:01" })]);
    const { index } = findLink(socket, "lan0")!;
    socket.apply([
      addAddress({ link: index, address: "172.20.7.9", prefixLength: 16 }),
      addAddress({ link: index, address: "fd00:7::9", prefixLength: 64 }),
      changeLink("lan0", { up: true }),
      addDefaultRoute({ gateway: "172.20.0.1", link: index }),
    ]);
    return hostRoutes().map(({ why }) => why);
  });
  assert.ok(whys.includes("the host reaches 172.20.0.0/16 by lan0"), whys.join("\n"));
  assert.ok(whys.includes("the host reaches fd00:7::/64 by lan0"), whys.join("\n"));
  assert.ok(!whys.some((why) => why.includes("/0 ")), whys.join("\n"));
});
