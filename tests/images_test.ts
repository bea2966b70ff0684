import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("images prints docker's table", async () => {
  await using host = await openHost();
  const [header, line, ...rest] = (await host.ok(["images"])).split("\n");
  assert.match(header, /^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE$/);
  assert.match(line, /^busybox +latest +[0-9a-f]{12} +.+ ago +[\d.]+(kB|MB)$/);
  assert.deepEqual(rest, []);
});

Deno.test("images --digests, --no-trunc and -q show more or less", async () => {
  await using host = await openHost();
  assert.match(await host.ok(["images", "--digests"]), /DIGEST[^]*sha256:[0-9a-f]{64}/);
  assert.match(await host.ok(["images", "--no-trunc"]), /latest +sha256:[0-9a-f]{64}/);
  assert.match(await host.ok(["images", "-q"]), /^[0-9a-f]{12}$/);
  assert.match(await host.ok(["images", "-q", "--no-trunc"]), /^sha256:[0-9a-f]{64}$/);
});

Deno.test("images --format takes json, table and a template", async () => {
  await using host = await openHost();
  const json = JSON.parse(await host.ok(["images", "--format", "json"]));
  assert.equal(json.Repository, "busybox");
  assert.equal(json.Tag, "latest");
  const template = '{{.Repository}}:{{.Tag}}{{if eq .Tag "latest"}} newest{{end}}';
  assert.equal(await host.ok(["images", "--format", template]), "busybox:latest newest");
  assert.match(
    await host.ok(["images", "--format", "table {{.Repository}}\\t{{.Tag}}"]),
    /^REPOSITORY +TAG\nbusybox +latest/,
  );
  const unknown = await host.budgie(["images", "--format", "{{.NoSuchField}}"]);
  assert.equal(unknown.code, 1, show(unknown));
  assert.match(unknown.stderr, /NoSuchField/);
});

Deno.test("images --filter and REPOSITORY choose", async () => {
  await using host = await openHost({ images: ["busybox", "configured", "layered"] });
  const names = async (...args: string[]) =>
    (await host.ok(["images", "--format", "{{.Repository}}", ...args])).split("\n").filter(Boolean).sort();
  assert.deepEqual(await names(), ["busybox", "configured", "layered"]);
  assert.deepEqual(await names("configured"), ["configured"]);
  assert.deepEqual(await names("--filter", "label=org.example.purpose=tests"), ["configured"]);
  assert.deepEqual(await names("--filter", "reference=*ed"), ["configured", "layered"]);
  assert.deepEqual(await names("--filter", "dangling=true"), []);
  const unknown = await host.budgie(["images", "--filter", "colour=blue"]);
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.stderr, /colour/);
});

Deno.test("images lists an image whose files are damaged, run names what is wrong, and pull mends it", async () => {
  await using host = await openHost({ images: ["busybox", "configured"] });
  const id = await host.ok(["images", "-q", "--no-trunc", "configured"]);
  await Deno.truncate(`${host.data}/images/blobs/sha256/${id.slice("sha256:".length)}`, 10);
  assert.match(await host.ok(["images"]), /^configured +latest +[0-9a-f]{12} +N\/A +\S+MB$/m);
  assert.equal(await host.ok(["images", "-q", "busybox"]).then((text) => text.length), 12);
  const refused = await host.budgie(["run", "--rm", "configured"]);
  assert.equal(refused.code, 125, show(refused));
  assert.match(refused.stderr, /^Error: Cannot read image .*\nhint: Pull it again/m);
  await host.ok(["pull", "-q", "configured"]);
  assert.equal(await host.ok(["run", "--rm", "configured"]), "entry from-cmd");
});

Deno.test("image inspect shows docker's keys", async () => {
  await using host = await openHost({ images: ["configured"] });
  const [image] = JSON.parse(await host.ok(["image", "inspect", "configured"]));
  assert.match(image.Id, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(image.RepoTags, ["configured:latest"]);
  assert.match(image.RepoDigests[0], /^configured@sha256:[0-9a-f]{64}$/);
  assert.deepEqual(image.Config.Entrypoint, ["/bin/echo", "entry"]);
  assert.equal(image.Config.WorkingDir, "/work");
  assert.equal(image.Os, "linux");
  assert.equal(image.RootFS.Layers.length, 2);
  assert.ok(image.Size > 1_000_000);
  const missing = await host.budgie(["image", "inspect", "no-such"]);
  assert.equal(missing.code, 1);
  assert.equal(missing.stdout, "[]\n");
  assert.match(missing.stderr, /^Error: No such image: no-such/m);
});
