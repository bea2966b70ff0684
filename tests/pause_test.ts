import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`pause stops every process until unpause (${runtime})`, async () => {
    await using host = await openHost({ runtime });
    const script = "while :; do echo tick; sleep 0.1; done";
    await using web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
    assert.equal(await host.ok(["pause", "web"]), "web");
    assert.match(await host.ok(["ps", "--format", "{{.Status}}"]), /^Up .* \(Paused\)$/);
    assert.equal(
      await host.ok(["inspect", "-f", "{{.State.Status}} {{.State.Paused}}", "web"]),
      "paused true",
    );
    const logged = async () => (await host.ok(["logs", "web"])).length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = await logged();
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await logged(), before);
    assert.equal(await host.ok(["container", "unpause", web.id]), web.id);
    assert.match(await host.ok(["ps", "--format", "{{.Status}}"]), /^Up [^(]*$/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(await logged() > before);
  });
}

Deno.test("pause and unpause refuse what makes no sense, and exec a paused container", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  for (
    const [command, name, reason] of [
      ["pause", "done", /'done': it is not running/],
      ["unpause", "done", /'done': it is not running/],
      ["unpause", "web", /'web': it is not paused/],
      ["pause", "no-such", /No such container: no-such/],
    ] as const
  ) {
    const refused = await host.budgie([command, name]);
    assert.equal(refused.code, 1, show(refused));
    assert.match(refused.stderr, reason);
  }
  await host.ok(["pause", "web"]);
  const again = await host.budgie(["pause", "web"]);
  assert.match(again.stderr, /'web': it is already paused/);
  const exec = await host.budgie(["exec", "web", "true"]);
  assert.equal(exec.code, 125, show(exec));
  assert.match(exec.stderr, /it is paused\nhint: .*budgie unpause web/);
  await host.ok(["unpause", "web"]);
});
