import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import type { Intercept } from "./fixture/hostile_registry.ts";
import { busyboxLayer } from "./fixture/images.ts";
import { digestOf, nativeArchitecture, writeLayout } from "./fixture/layout.ts";
import { runOk, show } from "./fixture/process.ts";
import { startRegistry } from "./fixture/registry.ts";
import { passOn, startFront } from "./fixture/registry_front.ts";
import { tar } from "./fixture/tar.ts";
import { eventually } from "./fixture/wait.ts";

const OWN = nativeArchitecture();
/** Its files are this machine's, so that it runs here. */
const OTHER = OWN === "amd64" ? "arm64" : "amd64";
const skopeo = (...args: string[]) => runOk(["skopeo", "--insecure-policy", ...args]);
const raw = (name: string) => skopeo("inspect", "--raw", "--tls-verify=false", `docker://${name}`);

interface Layout {
  /** `oci:<folder>:latest` */
  source: string;
  /** digests of what only the image for the other machine has */
  other: { manifest: string; config: string; layer: string };
}

/**
 * An index of an image for this machine, one for another, one whose layer is not what its configuration says, and an
 * attestation as buildkit adds them.
 */
async function makeIndex(directory: string): Promise<Layout> {
  const base = await busyboxLayer();
  const onPlatform = (architecture: string) => ({
    layers: [base, tar([{ name: "platform", content: `${architecture}\n` }])],
    architecture,
    config: { Cmd: ["cat", "/platform"] },
  });
  await writeLayout(directory, [onPlatform(OWN), onPlatform(OTHER)]);
  const blob = (digest: string) => `${directory}/blobs/sha256/${digest.slice("sha256:".length)}`;
  const read = async (path: string) => JSON.parse(await Deno.readTextFile(path));
  const write = async (mediaType: string, value: unknown) => {
    const text = JSON.stringify(value);
    await Deno.writeTextFile(blob(digestOf(text)), text);
    return { mediaType, digest: digestOf(text), size: text.length };
  };
  const top = await read(`${directory}/index.json`);
  const index = await read(blob(top.manifests[0].digest));
  const manifest = await read(blob(index.manifests[1].digest));
  const config = await read(blob(manifest.config.digest));
  const add = async (changed: { config: unknown; layers?: unknown[] }, rest: Record<string, unknown>) => {
    const whole = { ...manifest, ...changed, config: await write(manifest.config.mediaType, changed.config) };
    index.manifests.push({ ...await write(manifest.mediaType, whole), ...rest });
  };
  const rootfs = { type: "layers", diff_ids: [digestOf(base), digestOf("another tar")] };
  await add({ config: { ...config, architecture: "s390x", rootfs } }, {
    platform: { os: "linux", architecture: "s390x" },
  });
  const statement = await write("application/vnd.in-toto+json", {
    predicateType: "https://slsa.dev/provenance/v1",
  });
  const unknown = { os: "unknown", architecture: "unknown" };
  await add({ config: { ...unknown, rootfs: { type: "layers", diff_ids: [] } }, layers: [statement] }, {
    platform: unknown,
    annotations: { "vnd.docker.reference.type": "attestation-manifest" },
  });
  Object.assign(top.manifests[0], await write(index.mediaType, index));
  await Deno.writeTextFile(`${directory}/index.json`, JSON.stringify(top));
  return {
    source: `oci:${directory}:latest`,
    other: {
      manifest: index.manifests[1].digest,
      config: manifest.config.digest,
      layer: manifest.layers[1].digest,
    },
  };
}

Deno.test("pull --all-platforms has the whole index here, for run, save, push and rmi", async () => {
  await using host = await openHost({ images: [] });
  const { source } = await makeIndex(`${host.directory}/layout`);
  await using target = await startRegistry();
  const pushed = `${target.address}/team/all:1`;
  let name = "";
  let index = "";
  {
    await using registry = await startRegistry();
    await registry.push(source, "team/all:1", ["--all"]);
    name = `${registry.address}/team/all:1`;
    index = await raw(name);
    await host.ok(["pull", "-q", name]);
    assert.equal(await host.ok(["pull", "-q", "--all-platforms", name]), name);
    await host.ok(["pull", "-q", name]); // keeps all of it
  }
  // From here on the registry is gone.
  const [header, line, ...others] = (await host.ok(["images", "--digests"])).split("\n");
  assert.match(header, /^REPOSITORY/);
  assert.match(line, new RegExp(`^\\S+/team/all +1 +${digestOf(index)} `));
  assert.deepEqual(others, []);
  assert.equal(await host.ok(["run", "--rm", name]), OWN);
  assert.equal(await host.ok(["run", "--name", "other", "--platform", `linux/${OTHER}`, name]), OTHER);
  assert.equal(
    await host.ok(["run", "--rm", "--pull", "never", "--platform", `linux/${OTHER}`, name]),
    OTHER,
  );
  assert.equal(await host.ok(["run", "--rm", name]), OWN, "the name means what it meant");
  const wrong = await host.budgie(["run", "--rm", "--platform", "linux/s390x", name]);
  assert.equal(wrong.code, 125, show(wrong));
  assert.match(
    wrong.stderr,
    /^Error: Cannot use layer .* unpacks to diffID sha256:\w+ instead of .*\nhint: /m,
  );

  await host.ok(["tag", name, pushed]);
  await host.ok(["push", "-q", pushed]);
  assert.equal(await raw(pushed), index);
  await host.ok(["save", "-o", "all.tar", pushed]);
  const copy = ["copy", "--quiet", "--all", "--dest-tls-verify=false", "--src-tls-verify=false"];
  const copied = `${target.address}/team/saved:1`;
  await skopeo(...copy, `oci-archive:${host.directory}/all.tar:1`, `docker://${copied}`);
  assert.equal(await raw(copied), index);
  await skopeo(...copy, `docker://${pushed}`, `dir:${host.directory}/pushed`);
  await skopeo(...copy, `oci:${host.data}/images:${name}`, `dir:${host.directory}/store`);
  await host.ok(["rmi", name]);
  assert.equal(await host.ok(["run", "--rm", pushed]), OWN);
  assert.equal(await host.ok(["rmi", pushed]).then((said) => /Deleted/.test(said)), true);
  const loaded = await host.ok(["load", "-q", "-i", "all.tar"]);
  assert.equal(loaded, `Loaded image: ${pushed}`);
  assert.equal(await host.ok(["run", "--rm", "--pull", "never", pushed]), OWN);
  await host.ok(["start", "-a", "other"]);
  await host.ok(["rm", "other"]);
  await host.ok(["image", "prune", "-af"]);
  assert.deepEqual(Array.from(Deno.readDirSync(`${host.data}/images/blobs/sha256`)), []);
  assert.deepEqual(Array.from(Deno.readDirSync(`${host.data}/layers`)), []);
});

Deno.test("pull --all-platforms refuses an index with a lie about one platform, and goes on after a kill", async () => {
  await using host = await openHost({ images: [] });
  const { source, other } = await makeIndex(`${host.directory}/layout`);
  await using registry = await startRegistry();
  await registry.push(source, "team/all:1", ["--all"]);
  const blobs = `${host.data}/images/blobs/sha256`;
  const nothingHalf = async () => {
    assert.equal(await host.ok(["images", "-aq"]), "");
    for (const { name } of Deno.readDirSync(blobs)) {
      assert.equal(digestOf(await Deno.readFile(`${blobs}/${name}`)), `sha256:${name}`);
    }
  };
  let answer: Intercept = () => undefined;
  await using front = startFront(registry.address, (request, url) => answer(request, url));
  const name = `${front.address}/team/all:1`;
  for (const [part, digest] of Object.entries(other)) {
    answer = async (request, url) => {
      if (!url.pathname.endsWith(digest)) return undefined;
      const bytes = await (await passOn(request, url.host, registry.address)).bytes();
      bytes[bytes.length >> 1] ^= 1;
      return new Response(bytes);
    };
    const result = await host.budgie(["pull", "-q", "--all-platforms", name]);
    assert.equal(result.code, 1, `${part}: ${show(result)}`);
    const lie = new RegExp(
      `^Error: Cannot use .*${digest}.*: its digest is sha256:\\w+ instead of ${digest}\nhint: `,
    );
    assert.match(result.stderr, lie);
    await nothingHalf();
    await host.ok(["image", "prune", "-f"]); // what was right is kept until then
    assert.deepEqual(Array.from(Deno.readDirSync(blobs)), []);
  }

  answer = async (request, url) => {
    if (!url.pathname.endsWith(other.layer)) return undefined;
    await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    return new Response();
  };
  front.requests.length = 0;
  const child = host.spawn(["pull", "--all-platforms", name]);
  await eventually(
    "the other layer was asked for",
    () => front.requests.some((line) => line.includes(other.layer)),
  );
  child.kill("SIGKILL");
  await child.output();
  await nothingHalf();
  answer = () => undefined;
  await host.ok(["pull", "-q", "--all-platforms", name]);
  assert.equal(
    await host.ok(["run", "--rm", "--pull", "never", "--platform", `linux/${OTHER}`, name]),
    OTHER,
  );
  assert.deepEqual(Array.from(Deno.readDirSync(`${host.data}/tmp`)), []);
});

Deno.test("pull --all-platforms of an image without an index is a pull; with --platform it is refused", async () => {
  await using host = await openHost({ images: [] });
  await host.ok(["pull", "-q", "--all-platforms", "busybox"]);
  assert.equal(await host.ok(["run", "--rm", "busybox", "echo", "works"]), "works");
  const refused = await host.budgie(["pull", "--all-platforms", "--platform", "linux/arm64", "multi"]);
  assert.equal(refused.code, 125, show(refused));
  assert.match(refused.stderr, /^Error: Cannot use --all-platforms with --platform: .*\nhint: /);
});
