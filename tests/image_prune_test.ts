import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

const NAMES = ["images", "--format", "{{.Repository}}:{{.Tag}}"];

Deno.test("image prune removes images without a name, and with -a all without a container", async () => {
  await using host = await openHost({ images: ["busybox", "layered"] });
  await host.ok(["run", "--name", "kept", "busybox", "true"]);
  const maker = [
    "run",
    "--name",
    "maker",
    "busybox",
    "dd",
    "if=/dev/urandom",
    "of=/f",
    "bs=1000",
    "count=2000",
  ];
  await host.ok(maker);
  const nameless = await host.ok(["commit", "maker"]);
  const pruned = await host.ok(["image", "prune", "-f"]);
  assert.match(
    pruned,
    new RegExp(`^Deleted Images:\ndeleted: ${nameless}\n\nTotal reclaimed space: 4(\\.\\d+)?MB$`),
  );
  assert.equal(await host.ok(["image", "prune", "-f"]), "Total reclaimed space: 0B");
  assert.deepEqual((await host.ok(NAMES)).split("\n").sort(), ["busybox:latest", "layered:latest"]);
  const all = await host.ok(["image", "prune", "-a", "-f"]);
  assert.match(
    all,
    /^Deleted Images:\nuntagged: layered:latest\nuntagged: layered@sha256:\w+\ndeleted: sha256:/,
  );
  assert.equal(await host.ok(NAMES), "busybox:latest");
  await host.ok(["start", "-a", "kept"]);
});

Deno.test("image prune obeys its filters, asks, and knows no others", async () => {
  await using host = await openHost();
  const commit = async (label: string) => {
    await host.ok(["run", "--name", label, "busybox", "true"]);
    const id = await host.ok(["commit", "-c", `LABEL ${label}=1`, label]);
    await host.ok(["rm", label]);
    return id;
  };
  const [keep, go] = [await commit("keep"), await commit("go")];
  await host.ok(["image", "prune", "-f", "--filter", "until=1h"]);
  assert.equal((await host.ok(["images", "-q"])).split("\n").length, 3);
  const result = await host.ok(["image", "prune", "-f", "--filter", "label!=keep"]);
  assert.match(result, new RegExp(`deleted: ${go}`));
  assert.doesNotMatch(result, new RegExp(keep));
  const asked = await host.budgie(["image", "prune"]);
  assert.match(asked.stderr, /there is no terminal\nhint: .*-f/, show(asked));
  const wrong = await host.budgie(["image", "prune", "-f", "--filter", "size=1"]);
  assert.match(wrong.stderr, /there is no filter 'size'/, show(wrong));
});
