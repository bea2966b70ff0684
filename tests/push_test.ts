import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { startCutter } from "./fixture/cutter.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { run, runOk, show } from "./fixture/process.ts";
import { type Registry, startRegistry } from "./fixture/registry.ts";
import { passOn, startFront } from "./fixture/registry_front.ts";
import { tar } from "./fixture/tar.ts";
import { startTokenServer } from "./fixture/token_server.ts";

const idOf = (host: Host, name: string) => host.ok(["image", "inspect", "--format", "{{.Id}}", name]);
const LINE = /^(\S+): digest: (sha256:\w+) size: (\d+)$/;

Deno.test("push uploads an image that skopeo and podman pull, and skips what is there already", async () => {
  await using host = await openHost({ images: ["layered"] });
  await using registry = await startRegistry();
  const name = `${registry.address}/team/web:1.0`;
  await host.ok(["tag", "layered", name]);
  const first = await host.budgie(["push", name]);
  const [, tag, digest] = LINE.exec(first.stdout.trim())!;
  assert.equal(tag, "1.0");
  assert.equal(first.stderr.match(/: pushed /g)?.length, 4, show(first));
  const id = await idOf(host, "layered");
  const raw = await runOk(["skopeo", "inspect", "--tls-verify=false", "--raw", `docker://${name}`]);
  assert.equal(JSON.parse(raw).config.digest, id);
  const store = ["--root", `${host.directory}/podman`, "--runroot", `${host.directory}/podman-run`];
  const podman = ["podman", ...store, "--storage-driver", "vfs", "pull", "-q", "--tls-verify=false"];
  assert.equal(`sha256:${(await runOk([...podman, name])).trim()}`, id);
  const second = await host.budgie(["push", name]);
  assert.equal(second.stderr.match(/: is there already /g)?.length, 4, show(second));
  assert.equal(second.stdout, first.stdout);
  assert.equal(await host.ok(["push", "-q", name]), name);
  const byDigest = `${registry.address}/team/web@${digest}`;
  assert.equal(await idOf(host, byDigest), id);
  await host.ok(["rmi", "-f", id]);
  await host.ok(["pull", "-q", byDigest]);
  assert.equal(await idOf(host, byDigest), id);
});

Deno.test("push mounts blobs that another repository of the registry has", async () => {
  await using host = await openHost({ images: ["layered"] });
  await using registry = await startRegistry();
  const [one, two] = ["team/one:1", "team/two:1"].map((name) => `${registry.address}/${name}`);
  await host.ok(["tag", "layered", one]);
  await host.ok(["push", "-q", one]);
  await host.ok(["tag", "layered", two]);
  const result = await host.budgie(["push", two]);
  assert.equal(result.stderr.match(/: mounted from team\/one /g)?.length, 4, show(result));
  await runOk([
    "skopeo",
    "--insecure-policy",
    "copy",
    "-q",
    "--src-tls-verify=false",
    `docker://${two}`,
    `dir:${host.directory}/copy`,
  ]);
});

Deno.test("push sends a part again that failed, and not those before it", async () => {
  await using host = await openHost({ images: [] });
  await using registry = await startRegistry();
  const parts: string[] = [];
  await using front = startFront(registry.address, async (request) => {
    if (request.method === "PATCH") parts.push(request.headers.get("content-range")!);
    if (request.method !== "PATCH" || parts.length !== 2) return undefined;
    await request.bytes();
    return new Response(null, { status: 503 });
  });
  const name = await importLarge(host, front.address);
  const result = await host.budgie(["push", name], { env: ONE_AT_A_TIME });
  assert.equal(result.code, 0, show(result));
  assert.match(result.stderr, /the answer is 503; trying again/);
  // The layer in three parts, one of them twice, and the configuration.
  assert.equal(parts.length, 5, parts.join("\n"));
  assert.deepEqual(parts.slice(0, 3), ["0-4194303", "4194304-8388607", "4194304-8388607"]);
  await checkPushed(host, registry);
});

Deno.test("push goes on inside of a part, at what the registry says it has, when the line breaks", async () => {
  await using host = await openHost({ images: [] });
  await using registry = await startRegistry();
  const parts: string[] = [];
  /** by path of an upload: where the registry goes on with it */
  const latest = new Map<string, string>();
  await using front = startFront(registry.address, async (request, url) => {
    const asked = latest.get(url.pathname);
    if (request.method === "GET" && asked) {
      latest.delete(url.pathname);
      return await passOn(new Request(asked, { headers: request.headers }), url.host, registry.address);
    }
    if (request.method !== "PATCH") return undefined;
    parts.push(request.headers.get("content-range")!);
    if (parts.length !== 2) return undefined;
    // The registry is given the first half as if it was all, since it forgets what is cut in the middle.
    const [first] = parts[1].split("-").map(Number);
    const body = (await request.bytes()).slice(0, HALF_BYTES);
    const headers = new Headers(request.headers);
    headers.set("content-range", `${first}-${first + HALF_BYTES - 1}`);
    headers.delete("content-length");
    const half = new Request(url, { method: "PATCH", headers, body });
    latest.set(url.pathname, (await passOn(half, url.host, registry.address)).headers.get("location")!);
    line.cut();
    return new Response();
  });
  await using line = startCutter(front.address);
  const name = await importLarge(host, line.address);
  const result = await host.budgie(["push", name], { env: ONE_AT_A_TIME });
  assert.equal(result.code, 0, show(result));
  assert.match(result.stderr, /; trying again/);
  const from = 4_194_304 + HALF_BYTES;
  assert.deepEqual(parts.slice(1, 3), ["4194304-8388607", `${from}-${from + 4_194_303}`]);
  await checkPushed(host, registry);
});

Deno.test("push begins an upload anew that the registry has forgotten when the line broke", async () => {
  await using host = await openHost({ images: [] });
  await using registry = await startRegistry();
  await using line = startCutter(registry.address, { afterBytes: 6_000_000 });
  const name = await importLarge(host, line.address);
  const result = await host.budgie(["push", name], { env: ONE_AT_A_TIME });
  assert.equal(result.code, 0, show(result));
  assert.match(result.stderr, /; trying again/);
  await checkPushed(host, registry);
});

const ONE_AT_A_TIME = { BUDGIE_REGISTRIES_PARALLEL_DOWNLOADS: "1" };
/** Of a part of an upload. */
const HALF_BYTES = 2_000_000;

/** An image of one layer of three parts, by its name at a registry. */
async function importLarge(host: Host, registry: string): Promise<string> {
  const name = `${registry}/team/big:1`;
  await host.ok(["import", "-", name], { stdin: tar([{ name: "noise", content: randomBytes(12_000_000) }]) });
  return name;
}

async function checkPushed(host: Host, registry: Registry): Promise<void> {
  const copy = ["skopeo", "--insecure-policy", "copy", "-q", "--src-tls-verify=false"];
  await runOk([...copy, `docker://${registry.address}/team/big:1`, `dir:${host.directory}/copy`]);
}

Deno.test("push asks a token server for the right to push, and says when it has none", async () => {
  const LOGIN = { user: "bird", password: "seed" };
  const image = "team/web:1";
  for (const actions of [["pull", "push"], ["pull"]]) {
    await using tokens = await startTokenServer({ ...LOGIN, actions });
    await using registry = await startRegistry({ tokens });
    await using host = await openHost({ env: { BUDGIE_REGISTRIES_CA_FILE: registry.caFile } });
    const name = `${registry.address}/${image}`;
    await host.ok(["login", registry.address, "-u", "bird", "--password-stdin"], { stdin: "seed" });
    await host.ok(["tag", "busybox", name]);
    const result = await host.budgie(["push", name]);
    assert.match(tokens.scopes.join("\n"), /^repository:team\/web:(pull,push|push,pull)$/m);
    if (actions.includes("push")) {
      assert.equal(result.code, 0, show(result));
      const creds = ["--creds", "bird:seed", "--tls-verify=false"];
      const seen = await run(["skopeo", "inspect", "--raw", ...creds, `docker://${name}`]);
      assert.equal(seen.code, 0, show(seen));
    } else {
      assert.equal(result.code, 1, show(result));
      assert.match(result.stderr, /^Error: Cannot upload blob .*refused \(401\)/m);
    }
  }
});

Deno.test("push of a name that is not here, or with a digest, says what to do", async () => {
  await using host = await openHost();
  const missing = await host.budgie(["push", "registry.example/web"]);
  assert.equal(missing.code, 1, show(missing));
  assert.match(
    missing.stderr,
    /^Error: An image does not exist locally with the tag: registry\.example\/web:latest\nhint: .*budgie tag/,
  );
  const digest = await host.budgie(["push", `registry.example/web@sha256:${"0".repeat(64)}`]);
  assert.equal(digest.code, 125, show(digest));
});
