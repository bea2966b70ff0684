import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { openHost } from "./fixture/host.ts";
import { busyboxLayer } from "./fixture/images.ts";
import { show } from "./fixture/process.ts";

Deno.test("import makes an image of a root file system, from a file or standard input", async () => {
  await using host = await openHost({ images: [] });
  const rootfs = await busyboxLayer();
  await Deno.writeFile(`${host.directory}/rootfs.tar`, rootfs);
  const flags = ["--cmd", '["echo", "imported"]', "--env", "COLOUR=blue"];
  assert.match(await host.ok(["import", ...flags, "rootfs.tar", "mine:v1"]), /^sha256:[0-9a-f]{64}$/);
  assert.equal(await host.ok(["run", "--rm", "mine:v1"]), "imported");
  assert.equal(await host.ok(["run", "--rm", "mine:v1", "sh", "-c", "echo $COLOUR"]), "blue");
  await host.ok(["import", "-", "piped"], { stdin: rootfs });
  assert.equal(await host.ok(["run", "--rm", "piped", "echo", "hello"]), "hello");
});

Deno.test("import takes gzip and zstd, and a command in words", async () => {
  await using host = await openHost({ images: [] });
  const rootfs = await busyboxLayer();
  for (const [name, archive] of [["gzip", gzipSync(rootfs)], ["zstd", zstdCompressSync(rootfs)]] as const) {
    await Deno.writeFile(`${host.directory}/${name}`, archive);
    await host.ok(["import", "--entrypoint", "echo packed", "--cmd", `with ${name}`, name, name]);
    assert.equal(await host.ok(["run", "--rm", name]), `packed with ${name}`);
  }
});

Deno.test("import --entrypoint and --platform are kept", async () => {
  await using host = await openHost({ images: [] });
  const flags = ["--entrypoint", '["/bin/echo", "entry"]', "--platform", "linux/arm64"];
  await host.ok(["import", ...flags, "-", "mine"], { stdin: await busyboxLayer() });
  const [image] = JSON.parse(await host.ok(["image", "inspect", "mine"]));
  assert.deepEqual(image.Config.Entrypoint, ["/bin/echo", "entry"]);
  assert.equal(image.Architecture, "arm64");
});

Deno.test("import refuses what is not a tar and what is missing", async () => {
  await using host = await openHost({ images: [] });
  const noise = await host.budgie(["import", "-", "mine"], { stdin: "x".repeat(5000) });
  assert.equal(noise.code, 1, show(noise));
  assert.match(noise.stderr, /^Error: Cannot /m);
  const missing = await host.budgie(["import", "no-such.tar", "mine"]);
  assert.equal(missing.code, 1, show(missing));
  assert.match(missing.stderr, /no-such\.tar/);
  assert.equal(await host.ok(["images", "-q"]), "");
});
