import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("rm removes stopped containers under each of its names", async () => {
  await using host = await openHost();
  for (const verb of ["rm", "remove", "delete"]) {
    await host.ok(["run", "--name", "one", "busybox", "true"]);
    assert.equal(await host.ok([verb, "one"]), "one");
  }
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("rm refuses a running container; rm -f ends it", async () => {
  await using host = await openHost();
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const refused = await host.budgie(["rm", "web"]);
  assert.equal(refused.code, 1, show(refused));
  assert.match(refused.stderr, /web.*running/s);
  assert.equal(await host.ok(["rm", "-f", "web"]), "web");
  assert.equal((await web.ended).code, 137);
});

Deno.test("rm -f of what is missing is success, rm is not", async () => {
  await using host = await openHost();
  assert.equal((await host.budgie(["rm", "-f", "no-such"])).code, 0);
  const plain = await host.budgie(["rm", "no-such"]);
  assert.equal(plain.code, 1);
  assert.match(plain.stderr, /^Error: No such container: no-such$/m);
});

Deno.test("rm keeps anonymous volumes, rm -v removes them, named ones stay", async () => {
  await using host = await openHost({ images: ["configured"] });
  const volumes = async () =>
    (await Array.fromAsync(Deno.readDir(`${host.data}/volumes`))).map(({ name }) => name);
  await host.ok(["run", "--name", "one", "-v", "named:/named", "configured"]);
  assert.equal((await volumes()).length, 2);
  await host.ok(["rm", "-v", "one"]);
  assert.deepEqual(await volumes(), ["named"]);
});
