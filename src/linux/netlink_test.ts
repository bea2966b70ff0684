import assert from "node:assert/strict";
import { NetlinkError, NetlinkSocket } from "./netlink.ts";
import {
  attribute,
  decodeMessages,
  encodeMessage,
  nested,
  parseAttributes,
  textOf,
} from "./netlink_message.ts";
import { changeLink, deleteLink, findLink, listLinks, makeBridge } from "./route/link.ts";
import { PrivateNetwork } from "./testing/private_network.ts";

const MAC = "02:00:00:00:00:01";

Deno.test("messages and attributes come back as they were, whatever their length", () => {
  const body = nested(7, [
    attribute(1, "eth0"),
    attribute(2, new Uint8Array([1, 2, 3, 4, 5])),
    attribute(3, ""),
  ]);
  const message = { type: 16, flags: 5, sequence: 9, body };
  const two = new Uint8Array([
    ...encodeMessage(message),
    ...encodeMessage({ ...message, body: new Uint8Array(3) }),
  ]);
  const [first, second] = decodeMessages(two);
  assert.deepEqual({ ...first, body: first.body.slice() }, message);
  assert.equal(second.body.length, 3);
  const inner = parseAttributes(parseAttributes(first.body).get(7));
  assert.equal(textOf(inner.get(1)), "eth0");
  assert.deepEqual(inner.get(2)?.slice(), new Uint8Array([1, 2, 3, 4, 5]));
  assert.equal(textOf(inner.get(3)), "");
});

Deno.test("a length that leads out of the message is refused", () => {
  const wrong = encodeMessage({ type: 16, flags: 0, sequence: 1, body: new Uint8Array(4) });
  wrong[0] = 200;
  assert.throws(() => [...decodeMessages(wrong)], /a netlink length of 200 bytes, of 20/);
  wrong[0] = 3; // shorter than its own header: it would never end
  assert.throws(() => [...decodeMessages(wrong)], RangeError);
  assert.throws(() => parseAttributes(new Uint8Array([9, 0, 1, 0, 0])), RangeError);
  assert.throws(() => parseAttributes(new Uint8Array([0, 0, 1, 0])), RangeError);
});

Deno.test("apply() does everything in the order given, and throws what the first failure says", () => {
  using network = new PrivateNetwork();
  network.run(() => {
    using socket = new NetlinkSocket();
    const requests = [
      makeBridge({ name: "one", macAddress: MAC }),
      changeLink("nothing", { up: true }),
      changeLink("one", { up: true, alias: "of a test", mtu: 1400 }),
      makeBridge({ name: "one", macAddress: MAC }),
    ];
    assert.throws(() => socket.apply(requests), /^NetlinkError: change link 'nothing': .* \(ENODEV\)/);
    const { up, alias, mtu, macAddress, kind } = findLink(socket, "one")!;
    const expected = { up: true, alias: "of a test", mtu: 1400, macAddress: MAC, kind: "bridge" };
    assert.deepEqual({ up, alias, mtu, macAddress, kind }, expected);
    socket.apply([deleteLink("one"), deleteLink("one")]);
    assert.equal(findLink(socket, "one"), undefined);
  });
});

Deno.test("an error has the kernel's own words", () => {
  using network = new PrivateNetwork();
  network.run(() => {
    using socket = new NetlinkSocket();
    const request = { ...makeBridge({ name: "x", macAddress: MAC }), what: "make" };
    const text = new TextDecoder("latin1").decode(request.body).replace("bridge", "brudge");
    const body = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    assert.throws(
      () => socket.apply([{ ...request, body }]),
      (error) =>
        error instanceof NetlinkError && error.code === "EOPNOTSUPP" &&
        /: Unknown device type$/.test(error.message),
    );
  });
});

Deno.test("a list of more links than fit into one answer is complete", () => {
  using network = new PrivateNetwork();
  network.run(() => {
    using socket = new NetlinkSocket();
    const names = Array.from({ length: 200 }, (_, index) => `bridge${index}`);
    for (const name of names) socket.apply([makeBridge({ name, macAddress: MAC })]);
    const found = listLinks(socket).map(({ name }) => name).filter((name) => name.startsWith("bridge"));
    assert.deepEqual(found, names);
  });
});

Deno.test("a list that changes while it is told is asked for again", () => {
  using network = new PrivateNetwork();
  network.run(() => {
    using socket = new NetlinkSocket();
    using other = new NetlinkSocket();
    for (let index = 0; index < 100; index++) {
      socket.apply([makeBridge({ name: `bridge${index}`, macAddress: MAC })]);
    }
    const seen: string[] = [];
    let changed = false;
    const request = { what: "list links", type: 18, body: new Uint8Array(16) }; // RTM_GETLINK
    const items = socket.dump(request, ({ body }) => {
      if (!changed) other.apply([makeBridge({ name: "late", macAddress: MAC })]);
      changed = true;
      const name = textOf(parseAttributes(body.subarray(16)).get(3))!; // IFLA_IFNAME
      seen.push(name);
      return name;
    });
    assert.ok(seen.length > items.length, "it was told once only");
    assert.equal(items.filter((name) => name === "late").length, 1);
    assert.equal(new Set(items).size, items.length);
  });
});
