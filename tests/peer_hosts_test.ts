/** Names in a network where the host has no address, and so no DNS server. */
import assert from "node:assert/strict";
import { makeLink, openNetworkHost } from "./fixture/networks.ts";

Deno.test("containers of a macvlan find each other by /etc/hosts, as they come and go", async () => {
  await using host = await openNetworkHost(["--subnet", "10.77.0.0/24", "front"]);
  await makeLink(host, "lan0", "192.168.77.1/24");
  const subnet = ["--subnet", "192.168.77.0/24"];
  await host.ok(["network", "create", "-d", "macvlan", "--parent", "lan0", ...subnet, "lan"]);
  const start = (name: string, ...flags: string[]) =>
    host.ok(["run", "-d", "--stop-signal", "KILL", "--name", name, ...flags, "busybox", "sleep", "1000"]);
  const inLan = (address: string) => ["--network", "lan", "--ip", `192.168.77.${address}`];
  /** what /etc/hosts of `name` says of others: their last number, and their names but for the ID */
  const others = async (name: string) => {
    const lines = (await host.ok(["exec", name, "cat", "/etc/hosts"])).split("\n");
    return lines.slice(lines.findIndex((line) => line.startsWith("ff02::2")) + 2)
      .map((line) => line.replace(/^192\.168\.77\./, "").replace(/ [0-9a-f]{12}\b/, "").replace("\t", " "));
  };

  await start("one", ...inLan("11"));
  await start("two", ...inLan("12"), "--network-alias", "second");
  assert.deepEqual(await others("one"), ["12 two second"]);
  assert.deepEqual(await others("two"), ["11 one"]);
  assert.match(
    await host.ok(["exec", "one", "ping", "-c", "1", "-W", "5", "second"]),
    /\(192\.168\.77\.12\)/,
  );

  await host.ok(["rename", "two", "deux"]);
  assert.deepEqual(await others("one"), ["12 deux second"]);

  await host.ok(["stop", "deux"]);
  assert.deepEqual(await others("one"), []);
  await host.ok(["start", "deux"]);
  assert.deepEqual(await others("one"), ["12 deux second"]);
  await host.ok(["rm", "-f", "deux"]);
  assert.deepEqual(await others("one"), []);

  // On a bridge the daemon answers: what it knows stands in no file.
  await start("three", "--network", "front");
  await host.ok(["network", "connect", "--ip", "192.168.77.13", "--alias", "third", "lan", "three"]);
  assert.deepEqual(await others("one"), ["13 three third"]);
  await host.ok(["network", "disconnect", "lan", "three"]);
  assert.deepEqual(await others("one"), []);
  await start("four", "--network", "front");
  assert.deepEqual(await others("three"), []);

  const many = Array.from({ length: 6 }, (_, index) => `many${index}`);
  await Promise.all(many.map((name, index) => start(name, ...inLan(String(21 + index)))));
  const all = ["11 one", ...many.map((name, index) => `${21 + index} ${name}`)];
  for (const name of many) {
    assert.deepEqual((await others(name)).sort(), all.filter((line) => !line.endsWith(` ${name}`)));
  }
});
