import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("rename gives a running container another name; the old one is free", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  assert.equal(await host.ok(["rename", "web", "front"]), "");
  assert.equal(await host.ok(["ps", "--format", "{{.Names}}"]), "front");
  await host.ok(["run", "--name", "web", "busybox", "true"]);
  assert.equal(await host.ok(["container", "rename", web.id, "/back"]), "");
  assert.equal(await host.ok(["inspect", "-f", "{{.Name}}", web.id]), "/back");
  const renamed = await host.ok(["events", "--since", "1m", "--until", "0s", "-f", "event=rename"]);
  assert.match(renamed, /container rename [0-9a-f]{64} \(image=busybox, name=front, oldName=\/web\)/);
});

Deno.test("rename refuses a name that is taken, is no name, or is its own", async () => {
  await using host = await openHost();
  for (const name of ["one", "two"]) await host.ok(["run", "--name", name, "busybox", "true"]);
  const refuse = async (...[from, to, code, reason]: [string, string, number, RegExp]) => {
    const refused = await host.budgie(["rename", from, to]);
    assert.equal(refused.code, code, show(refused));
    assert.match(refused.stderr, reason);
  };
  await refuse("one", "two", 1, /Cannot take the name 'two': container [0-9a-f]{12} has it/);
  await refuse("one", "one", 1, /is its name already/);
  await refuse("one", "a b", 125, /Cannot name a container 'a b'/);
  await refuse("none", "three", 1, /No such container: none/);
  assert.deepEqual((await host.ok(["ps", "-a", "--format", "{{.Names}}"])).split("\n").sort(), [
    "one",
    "two",
  ]);
});
