import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("tag gives an image a further name", async () => {
  await using host = await openHost();
  await host.ok(["tag", "busybox", "registry.example:5000/team/bb:v1"]);
  const lines = (await host.ok(["images", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"])).split("\n")
    .sort();
  assert.equal(lines.length, 2);
  assert.match(lines[1], /^registry\.example:5000\/team\/bb:v1 /);
  assert.equal(lines[0].split(" ")[1], lines[1].split(" ")[1]);
  assert.equal(await host.ok(["run", "--rm", "registry.example:5000/team/bb:v1", "echo", "same"]), "same");
});

Deno.test("tag moves a name from one image to another", async () => {
  await using host = await openHost({ images: ["busybox", "layered"] });
  await host.ok(["tag", "busybox", "mine"]);
  await host.ok(["tag", "layered", "mine"]);
  const id = (name: string) => host.ok(["image", "inspect", "--format", "{{.Id}}", name]);
  assert.equal(await id("mine"), await id("layered"));
});

Deno.test("tag refuses a missing image and a wrong name", async () => {
  await using host = await openHost();
  const missing = await host.budgie(["tag", "no-such", "mine"]);
  assert.equal(missing.code, 1, show(missing));
  assert.match(missing.stderr, /^Error: No such image: no-such/m);
  const wrong = await host.budgie(["tag", "busybox", "Not Valid!"]);
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.stderr, /Not Valid!/);
});
