import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import {
  addressesIn,
  bridgesOf,
  inspectNetwork,
  interfacesIn,
  makeLink,
  openNetworkHost,
  refused,
} from "./fixture/networks.ts";
import { runOk } from "./fixture/process.ts";

Deno.test("a network's bridge comes with its first container and goes with the network", async () => {
  await using host = await openNetworkHost(["front"]);
  const { Id, Budgie } = await inspectNetwork(host, "front");
  assert.deepEqual(await bridgesOf(host), []);
  await host.ok(["run", "--rm", "--network", "front", "busybox", "true"]);
  assert.deepEqual((await bridgesOf(host)).map(({ ifname, ifalias }) => [ifname, ifalias]), [
    [Budgie.Bridge, `budgie ${Id}`],
  ]);
  await host.ok(["network", "prune", "-f"]);
  assert.deepEqual(await bridgesOf(host), []);
});

Deno.test("a bridge that somebody else made is neither used nor removed, and a failed connect changes nothing", async () => {
  await using host = await openNetworkHost(["--subnet", "10.77.0.0/24", "front"], ["back"]);
  const { Bridge } = (await inspectNetwork(host, "back")).Budgie;
  await runOk(host.inNetwork(["ip", "link", "add", Bridge, "type", "bridge"]));
  const message = new RegExp(`interface '${Bridge}' for the network 'back': it was not made by budgie`);
  await refused(host, ["network", "rm", "back"], { code: 1, message });
  await refused(host, ["run", "--rm", "--network", "back", "busybox", "true"], { code: 125, message });
  await host.ok(["run", "-d", "--network", "front", "--name", "web", "busybox", "sleep", "1000"]);
  await refused(host, ["network", "connect", "back", "web"], { code: 1, message });
  assert.deepEqual(await addressesIn(host, "back"), {});
  assert.deepEqual(await interfacesIn(host, "web"), ["eth0 10.77.0.2/24"]);
  assert.ok((await bridgesOf(host)).some(({ ifname }) => ifname === Bridge));
  await runOk(host.inNetwork(["ip", "link", "delete", Bridge]));
  await host.ok(["network", "connect", "back", "web"]);
  assert.equal((await interfacesIn(host, "web")).length, 2);
});

Deno.test("a route that came later into a network's subnet is said at the start, a wider one does no harm", async () => {
  await using host = await openNetworkHost(["--subnet", "10.77.0.0/24", "front"], [
    "--subnet",
    "10.78.0.0/24",
    "back",
  ]);
  await makeLink(host, "lan0", "192.168.77.1/24");
  const addRoute = (range: string) =>
    runOk(host.inNetwork(["ip", "route", "add", range, "via", "192.168.77.9"]));
  await addRoute("10.0.0.0/8");
  await host.ok(["run", "--rm", "--network", "front", "busybox", "true"]);
  await addRoute("10.78.0.128/25");
  await refused(host, ["run", "--rm", "--network", "back", "busybox", "true"], {
    code: 125,
    message:
      /subnet 10\.78\.0\.0\/24 of the network 'back': the host reaches 10\.78\.0\.128\/25 by lan0\nhint:/,
  });
  assert.deepEqual(await addressesIn(host, "back"), {});
});

Deno.test("containers of a macvlan are in the LAN", async () => {
  await using host = await openNetworkHost();
  await makeLink(host, "lan0", "192.168.77.1/24");
  const range = ["--subnet", "192.168.77.0/24", "--ip-range", "192.168.77.64/27"];
  await host.ok(["network", "create", "-d", "macvlan", "--parent", "lan0", ...range, "lan"]);
  await host.ok(["run", "-d", "--network", "lan", "--name", "one", "busybox", "sleep", "1000"]);
  assert.deepEqual(await interfacesIn(host, "one"), ["eth0 192.168.77.64/24"]);
  await host.ok([
    "run",
    "--rm",
    "--network",
    "lan",
    "busybox",
    "ping",
    "-c",
    "1",
    "-W",
    "5",
    "192.168.77.64",
  ]);
  await host.ok(["network", "rm", "-f", "lan"]);
  assert.deepEqual(await interfacesIn(host, "one"), []);
});

Deno.test("the default network takes another bridge where somebody has its name", async () => {
  await using host = await openHost({ ownNetwork: true, env: { BUDGIE_NETWORK_DEFAULT: "" } });
  await runOk(host.inNetwork(["ip", "link", "add", "budgie0", "type", "bridge"]));
  await host.ok(["run", "--rm", "busybox", "true"]);
  const { Id, Budgie } = await inspectNetwork(host, "budgie0");
  assert.equal(Budgie.Bridge, `bud${Id.slice(0, 12)}`);
  assert.deepEqual((await bridgesOf(host)).map(({ ifname }) => ifname).sort(), [Budgie.Bridge, "budgie0"]);
});
