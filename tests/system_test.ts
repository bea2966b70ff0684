import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("system df counts images, containers and volumes, and what nothing needs of them", async () => {
  await using host = await openHost({ images: ["busybox", "layered"] });
  await using _web = await runInBackground(host, [
    "--name",
    "web",
    "-v",
    "used:/data",
    "busybox",
    "sleep",
    "1000",
  ]);
  await host.ok(["run", "--name", "done", "busybox", "dd", "if=/dev/zero", "of=/f", "bs=1000", "count=3000"]);
  const text = await host.ok(["system", "df"]);
  const [header, images, containers, volumes] = text.split("\n");
  assert.match(header, /^TYPE {2,}TOTAL {2,}ACTIVE {2,}SIZE {2,}RECLAIMABLE$/);
  assert.match(images, /^Images +2 +1 +[\d.]+[kM]B +[\d.]+[kM]?B \(\d+%\)$/);
  assert.match(containers, /^Containers +2 +1 +3(\.\d+)?MB +3(\.\d+)?MB \((99|100)%\)$/);
  assert.match(volumes, /^Local Volumes +1 +1 +\S+ +0B/);
  const json = (await host.ok(["system", "df", "--format", "json"])).split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(json.map(({ Type, TotalCount }) => [Type, TotalCount]), [
    ["Images", "2"],
    ["Containers", "2"],
    ["Local Volumes", "1"],
  ]);
});

Deno.test("system prune removes stopped containers, empty networks and nameless images", async () => {
  await using host = await openHost({ images: ["busybox", "layered"], ownNetwork: true });
  await host.ok(["network", "create", "empty"]);
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  const nameless = await host.ok(["commit", "done"]);
  const done = await host.ok(["inspect", "-f", "{{.Id}}", "done"]);
  const asked = await host.budgie(["system", "prune"]);
  assert.match(asked.stderr, /there is no terminal\nhint: .*-f/, show(asked));
  const kept = await host.ok(["system", "prune", "-f", "--filter", "until=1h"]);
  assert.equal(kept, "Total reclaimed space: 0B");
  const pruned = await host.ok(["system", "prune", "-f"]);
  assert.match(
    pruned,
    new RegExp(`^Deleted Containers:\n${done}\n\nDeleted Networks:\nempty\n\nDeleted Images:\n`),
  );
  assert.match(pruned, new RegExp(`deleted: ${nameless}\n\nTotal reclaimed space: \\S+$`));
  assert.equal((await host.ok(["images", "-q"])).split("\n").length, 2);
  await host.ok(["system", "prune", "-a", "-f"]);
  assert.equal(await host.ok(["images", "-q"]), "");
});
