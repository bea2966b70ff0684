import assert from "node:assert/strict";
import { addressesIn, interfacesIn, openNetworkHost, refused } from "./fixture/networks.ts";

Deno.test("network connect and disconnect change a container that does not run", async () => {
  await using host = await openNetworkHost(["front"], ["--subnet", "10.77.0.0/24", "back"]);
  await host.ok(["create", "--network", "front", "--name", "web", "busybox"]);
  await host.ok([
    "network",
    "connect",
    "--ip",
    "10.77.0.9",
    "--mac-address",
    "02:aa:00:00:00:09",
    "back",
    "web",
  ]);
  assert.deepEqual(await addressesIn(host, "back"), { web: "10.77.0.9/24" });
  await refused(host, ["network", "connect", "back", "web"], {
    code: 1,
    message: /'web' .*'back': it is in it already/,
  });
  await refused(host, ["network", "connect", "--ip", "10.77.0.9", "back", "no-such"], {
    code: 1,
    message: /No such container: no-such/,
  });
  await refused(host, ["network", "connect", "bck", "web"], {
    code: 1,
    message: /No such network: bck\nhint: Did you mean 'back'/,
  });
  await host.ok(["network", "disconnect", "front", "web"]);
  assert.deepEqual(await addressesIn(host, "front"), {});
  await refused(host, ["network", "disconnect", "front", "web"], {
    code: 1,
    message: /'web' .*'front': it is not in it/,
  });
  await host.ok(["network", "disconnect", "-f", "front", "web"]);
  await host.ok(["network", "connect", "front", "web"]);
  assert.equal(Object.keys(await addressesIn(host, "front")).length, 1);
});

Deno.test("network connect and disconnect change a container that runs, and a restart keeps them", async () => {
  await using host = await openNetworkHost(
    ["--subnet", "10.77.0.0/24", "front"],
    ["--subnet", "10.78.0.0/24", "back"],
    ["--subnet", "10.79.0.0/24", "side"],
  );
  await host.ok(["run", "-d", "--network", "front", "--name", "web", "busybox", "sleep", "1000"]);
  const pid = await host.ok(["inspect", "-f", "{{.State.Pid}}", "web"]);
  assert.deepEqual(await interfacesIn(host, "web"), ["eth0 10.77.0.2/24"]);
  await host.ok(["network", "connect", "back", "web"]);
  await host.ok(["network", "connect", "--ip", "10.79.0.9", "side", "web"]);
  assert.deepEqual(await interfacesIn(host, "web"), [
    "eth0 10.77.0.2/24",
    "eth1 10.78.0.2/24",
    "eth2 10.79.0.9/24",
  ]);
  await host.ok(["network", "disconnect", "back", "web"]);
  assert.deepEqual(await interfacesIn(host, "web"), ["eth0 10.77.0.2/24", "eth2 10.79.0.9/24"]);
  assert.equal(await host.ok(["inspect", "-f", "{{.State.Pid}}", "web"]), pid);
  await host.ok(["stop", "-t", "0", "web"]);
  await host.ok(["create", "--network", "front", "--name", "other", "busybox"]);
  assert.deepEqual(await addressesIn(host, "front"), { web: "10.77.0.2/24", other: "10.77.0.3/24" });
  await host.ok(["start", "web"]);
  assert.deepEqual(await interfacesIn(host, "web"), ["eth0 10.77.0.2/24", "eth2 10.79.0.9/24"]);
  await host.ok(["network", "rm", "-f", "front"]);
  assert.deepEqual(await interfacesIn(host, "web"), ["eth2 10.79.0.9/24"]);
});

Deno.test("a container with another kind of network can't be connected to one", async () => {
  await using host = await openNetworkHost(["front"]);
  await host.ok(["create", "--network", "front", "--name", "web", "busybox"]);
  for (
    const [network, message] of [
      ["none", /it was created with --network none/],
      ["host", /it has the host's/],
      ["container:web", /it shares that of another container/],
    ] as const
  ) {
    const id = await host.ok(["create", "--network", network, "busybox"]);
    await refused(host, ["network", "connect", "front", id], { code: 1, message });
  }
});

Deno.test("network rm refuses what is in use, and -f disconnects first", async () => {
  await using host = await openNetworkHost(["front"], ["back"]);
  const front = await host.ok(["network", "inspect", "-f", "{{.Id}}", "front"]);
  for (const name of ["one", "two"]) {
    await host.ok(["create", "--network", "front", "--network", "back", "--name", name, "busybox"]);
  }
  await refused(host, ["network", "rm", "front"], {
    code: 1,
    message: /'front': containers 'one', 'two' are in it\nhint: .*rm -f/,
  });
  await host.ok(["rm", "two"]);
  await refused(host, ["network", "rm", "front"], { code: 1, message: /'front': container 'one' is in it/ });
  assert.equal(await host.ok(["network", "prune", "-f"]), "");
  assert.equal(await host.ok(["network", "ls", "-f", "dangling=true", "--format", "{{.Name}}"]), "");
  assert.equal(await host.ok(["network", "rm", "-f", "front"]), "front");
  assert.deepEqual(Object.keys(await addressesIn(host, "back")), ["one"]);
  const format = "{{.Action}} {{.Actor.ID}} {{.Actor.Attributes.container}}";
  const told = await host.ok([
    "events",
    "--since",
    "1h",
    "--until",
    "0s",
    "-f",
    "network=front",
    "--format",
    format,
  ]);
  const one = await host.ok(["inspect", "-f", "{{.Id}}", "one"]);
  assert.deepEqual(told.split("\n").slice(-2), [`disconnect ${front} ${one}`, `destroy ${front} <no value>`]);
});
