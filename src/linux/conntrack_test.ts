import assert from "node:assert/strict";
import { concatBytes } from "../base/concat_bytes.ts";
import { deleteFlows, type Flow } from "./conntrack.ts";
import { NETLINK_NETFILTER, NetlinkSocket, NLM_F_CREATE, NLM_F_EXCL } from "./netlink.ts";
import { attribute, attributeU8, type Bytes, nested } from "./netlink_message.ts";
import { ipBytes } from "./route/ip_bytes.ts";
import { PrivateNetwork } from "./testing/private_network.ts";

Deno.test("deleteFlows() tells each connection of both families, and deletes those that are unwanted", () => {
  using network = new PrivateNetwork();
  network.run(() => {
    addFlow({ client: "10.0.0.9:4000", published: "10.0.0.1:53", answering: "10.90.0.2:5353", protocol: 17 });
    addFlow({ client: "10.0.0.9:4000", published: "10.0.0.1:80", answering: "10.0.0.1:80", protocol: 132 });
    addFlow({ client: "[fd00::9]:4000", published: "[fd00::1]:53", answering: "[fd90::2]:53", protocol: 17 });
    const seen: Flow[] = [];
    assert.equal(deleteFlows((flow) => seen.push(flow) === 0), 0);
    assert.deepEqual(seen.toSorted((a, b) => a.answering.address < b.answering.address ? -1 : 1), [
      {
        protocol: "sctp",
        destination: { address: "10.0.0.1", port: 80 },
        answering: { address: "10.0.0.1", port: 80 },
      },
      {
        protocol: "udp",
        destination: { address: "10.0.0.1", port: 53 },
        answering: { address: "10.90.0.2", port: 5353 },
      },
      {
        protocol: "udp",
        destination: { address: "fd00::1", port: 53 },
        answering: { address: "fd90::2", port: 53 },
      },
    ]);
    assert.equal(deleteFlows(({ protocol }) => protocol === "udp"), 2);
    assert.equal(deleteFlows(() => true), 1);
    assert.equal(deleteFlows(() => true), 0);
  });
});

interface Entry {
  client: string;
  published: string;
  answering: string;
  protocol: number;
}

/** A connection as destination NAT makes it: include/uapi/linux/netfilter/nfnetlink_conntrack.h. */
function addFlow({ client, published, answering, protocol }: Entry): void {
  using socket = new NetlinkSocket(NETLINK_NETFILTER);
  const header = new Uint8Array([client.startsWith("[") ? 10 : 2, 0, 0, 0]);
  const [CTA_TUPLE_ORIG, CTA_TUPLE_REPLY, CTA_STATUS, CTA_TIMEOUT] = [1, 2, 3, 7];
  const [IPS_SEEN_REPLY, IPS_CONFIRMED] = [2, 8];
  const body = concatBytes([
    header,
    tuple(CTA_TUPLE_ORIG, client, published, protocol),
    tuple(CTA_TUPLE_REPLY, answering, client, protocol),
    attribute(CTA_STATUS, new Uint8Array([0, 0, 0, IPS_SEEN_REPLY | IPS_CONFIRMED])),
    attribute(CTA_TIMEOUT, new Uint8Array([0, 0, 0, 100])),
  ]);
  socket.apply([{ what: "add a connection", type: 0x100, flags: NLM_F_CREATE | NLM_F_EXCL, body }]);
}

function tuple(type: number, source: string, destination: string, protocol: number): Bytes {
  const [from, to] = [source, destination].map((end) => {
    const [, address, port] = /^\[?(.*?)\]?:(\d+)$/.exec(end)!;
    return { address: ipBytes(address), port: new Uint8Array([Number(port) >> 8, Number(port) & 0xff]) };
  });
  const first = from.address.length === 4 ? 1 : 3; // CTA_IP_V4_SRC, CTA_IP_V6_SRC
  return nested(type, [
    nested(1, [attribute(first, from.address), attribute(first + 1, to.address)]),
    nested(2, [attributeU8(1, protocol), attribute(2, from.port), attribute(3, to.port)]),
  ]);
}
