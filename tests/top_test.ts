import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("top shows the processes of one container, as the host sees them", async () => {
  await using host = await openHost();
  const script = "sleep 801 & exec sleep 802";
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
  await using _other = await runInBackground(host, ["--name", "other", "busybox", "sleep", "803"]);
  const [titles, ...lines] = (await host.ok(["top", "web"])).split("\n");
  assert.match(titles, /^UID +PID +PPID .*CMD$/);
  assert.deepEqual(lines.map((line) => /sleep \d+$/.exec(line)?.[0]).sort(), ["sleep 801", "sleep 802"]);
  const own = await host.ok(["container", "top", "web", "-eo", "pid,args"]);
  assert.match(own, new RegExp(`^${web.pid} +sleep 802$`, "m"));
});

Deno.test("top says what is wrong with a container or with the options of ps", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  for (
    const [words, reason] of [
      [["done"], /'done': it is not running/],
      [["web", "-eo", "comm"], /no column PID/],
      [["web", "--bogus"], /'ps --bogus': unknown/],
    ] as const
  ) {
    const refused = await host.budgie(["top", ...words]);
    assert.equal(refused.code, 1, show(refused));
    assert.match(refused.stderr, reason);
  }
  const without = await host.budgie(["top", "web"], { env: { PATH: "/nowhere" } });
  assert.match(without.stderr, /'ps' is not installed/);
});
