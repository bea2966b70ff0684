import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("rmi takes the last name, the blobs and the layers away", async () => {
  await using host = await openHost();
  const id = await host.ok(["images", "-q", "--no-trunc"]);
  const output = await host.ok(["rmi", "busybox"]);
  assert.match(output, /^Untagged: busybox:latest$/m);
  assert.match(output, new RegExp(`^Deleted: ${id}$`, "m"));
  assert.equal(await host.ok(["images", "-q"]), "");
  for (const folder of ["images/blobs/sha256", "layers"]) {
    await eventually(`${folder} is empty`, async () => {
      return (await Array.fromAsync(Deno.readDir(`${host.data}/${folder}`))).length === 0;
    });
  }
});

Deno.test("rmi of one name of two only takes the name", async () => {
  await using host = await openHost();
  await host.ok(["tag", "busybox", "mine"]);
  assert.equal(await host.ok(["rmi", "mine"]), "Untagged: mine:latest");
  assert.equal(await host.ok(["run", "--rm", "busybox", "echo", "there"]), "there");
});

Deno.test("rmi keeps layers that another image has", async () => {
  await using host = await openHost({ images: ["busybox", "layered"] });
  await host.ok(["rmi", "busybox"]);
  assert.equal(await host.ok(["run", "--rm", "layered", "cat", "/layered/kept"]), "lower");
});

Deno.test("rmi refuses an image that a container uses; -f takes it away and the container still starts", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "user", "busybox", "true"]);
  const refused = await host.budgie(["rmi", "busybox"]);
  assert.equal(refused.code, 1, show(refused));
  assert.match(refused.stderr, /user/);
  await host.ok(["rmi", "-f", "busybox"]);
  assert.equal(await host.ok(["images", "-q", "busybox"]), "");
  assert.equal(await host.ok(["inspect", "--format", "{{.State.ExitCode}}", "user"]), "0");
});

Deno.test("rmi of several goes on after one that is missing", async () => {
  await using host = await openHost();
  const result = await host.budgie(["rmi", "no-such", "busybox"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: No such image: no-such/m);
  assert.match(result.stdout, /Untagged: busybox:latest/);
});
