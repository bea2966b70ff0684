import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("history shows the steps of an image, the last one first, as table, template and IDs", async () => {
  await using host = await openHost();
  await host.ok([
    "run",
    "--name",
    "maker",
    "busybox",
    "dd",
    "if=/dev/zero",
    "of=/f",
    "bs=1000",
    "count=3000",
  ]);
  await host.ok(["commit", "-m", "three megabytes", "maker", "made"]);
  const id = await host.ok(["images", "-q", "made"]);
  const [header, first, second] = (await host.ok(["history", "made"])).split("\n");
  assert.match(header, /^IMAGE {2,}CREATED {2,}CREATED BY {2,}SIZE {2,}COMMENT$/);
  assert.match(first, new RegExp(`^${id} +(Less than a second|\\d+ seconds?) ago .* 3MB +three megabytes$`));
  assert.match(second, /^<missing> /);
  const format = "{{.ID}} {{.Size}} {{.Comment}}";
  const raw = await host.ok(["image", "history", "--no-trunc", "-H=false", "--format", format, "made"]);
  const full = await host.ok(["image", "inspect", "--format", "{{.Id}}", "made"]);
  assert.equal(raw.split("\n")[0], `${full} 3000000 three megabytes`);
  assert.equal((await host.ok(["history", "-q", "made"])).split("\n")[0], id);
  assert.equal(JSON.parse((await host.ok(["history", "--format", "json", "made"])).split("\n")[0]).ID, id);
});

Deno.test("history of an image that is not here fails", async () => {
  await using host = await openHost({ images: [] });
  const result = await host.budgie(["history", "no-such"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: No such image: no-such/);
});
