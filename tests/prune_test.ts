import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("container prune -f removes what is stopped, and says what that gave back", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "big", "busybox", "dd", "if=/dev/zero", "of=/f", "bs=1000", "count=2000"]);
  await host.ok(["run", "--name", "kept", "--label", "keep", "busybox", "true"]);
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const big = await host.ok(["inspect", "-f", "{{.Id}}", "big"]);
  const output = await host.ok(["container", "prune", "-f", "--filter", "label!=keep"]);
  assert.equal(output, `Deleted Containers:\n${big}\n\nTotal reclaimed space: 2MB`);
  assert.equal(
    await host.ok(["container", "prune", "-f", "--filter", "until=1h"]),
    "Total reclaimed space: 0B",
  );
  assert.deepEqual((await host.ok(["ps", "-a", "--format", "{{.Names}}"])).split("\n"), ["web", "kept"]);
  await host.ok(["pause", "web"]);
  await host.ok(["container", "prune", "-f"]);
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}}"]), "web");
  await host.ok(["unpause", "web"]);
});

Deno.test("container prune asks at a terminal, and wants -f elsewhere", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  const refused = await host.budgie(["container", "prune"]);
  assert.equal(refused.code, 1, show(refused));
  assert.match(refused.stderr, /there is no terminal\nhint: .*-f/);
  await using no = await host.terminal(["container", "prune"]);
  await no.until(/Are you sure you want to continue\? \[y\/N\]/);
  await no.type("n\r");
  assert.equal(await no.ended, 1);
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}}"]), "done");
  await using yes = await host.terminal(["container", "prune"]);
  await yes.until(/continue\?/);
  await yes.type("y\r");
  assert.equal(await yes.ended, 0);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});
