/** What a pull leaves when its process is killed or its disk is full, and several processes at once. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type HostileRegistry, serveImage } from "../../tests/fixture/hostile_registry.ts";
import { digestOf } from "../../oci/digest.ts";
import { storePaths } from "../store/paths.ts";
import { listImages } from "./list.ts";
import { pullImage } from "./pull.ts";
import { DiskFullError } from "./pull/disk_space.ts";
import { type ImageStore, IMPATIENT, makeImageStore } from "./testing/image_store.ts";
import { tarOf } from "./testing/rootfs.ts";

const LARGE = tarOf({
  first: "1",
  noise: Array.from({ length: 500_000 }, () => Math.random().toString(36)[2]).join(""),
});
const GZIP = new Uint8Array(gzipSync(LARGE));
const HALF = GZIP.length >> 1;

/** `budgie pull` in a process of its own. */
function pullElsewhere(store: ImageStore, reference: string): Deno.ChildProcess {
  const script = `
    const { pullImage } = await import(${JSON.stringify(import.meta.resolve("./pull.ts"))});
    const { storePaths } = await import(${JSON.stringify(import.meta.resolve("../store/paths.ts"))});
    const { registrySettings } = await import(${
    JSON.stringify(import.meta.resolve("./registry/settings.ts"))
  });
    await pullImage(storePaths(), Deno.args[0], { registries: registrySettings() });`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script, reference],
    env: { BUDGIE_DATA_DIR: store.paths.data },
    stdin: "null",
    stdout: "null",
  }).spawn();
}

/** Sends half of the layer and then nothing, until it is healed. */
function serveHalf(): HostileRegistry & { ranges: (string | null)[]; heal(): void; halfSent: Promise<void> } {
  const ranges: (string | null)[] = [];
  const { promise: halfSent, resolve } = Promise.withResolvers<void>();
  let healed = false;
  const registry = serveImage({ tars: [LARGE], layers: [GZIP] }, (request, url) => {
    if (!url.pathname.endsWith(`/blobs/${digestOf(GZIP)}`)) return undefined;
    const range = request.headers.get("range");
    ranges.push(range);
    if (healed) {
      const from = Number(/\d+/.exec(range ?? "0")![0]);
      const headers = { "content-range": `bytes ${from}-${GZIP.length - 1}/${GZIP.length}` };
      return new Response(GZIP.subarray(from), range ? { status: 206, headers } : {});
    }
    let sent = 0;
    return new Response(
      new ReadableStream({
        pull(body) {
          if (sent >= HALF) return resolve();
          body.enqueue(GZIP.subarray(sent, sent = Math.min(sent + 10_000, HALF)));
        },
      }),
    );
  });
  return Object.assign(registry, { ranges, halfSent, heal: () => void (healed = true) });
}

async function killedInTheMiddle(store: ImageStore, registry: ReturnType<typeof serveHalf>): Promise<number> {
  const child = pullElsewhere(store, registry.reference);
  await registry.halfSent;
  const partial = `${store.paths.temporary}/blob-${digestOf(GZIP).slice(7)}`;
  while (Deno.statSync(partial).size < HALF) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGKILL");
  await child.status;
  return Deno.statSync(partial).size;
}

Deno.test("a pull goes on after a SIGKILL with what arrived before", async () => {
  await using registry = serveHalf();
  await using store = await makeImageStore();
  const arrived = await killedInTheMiddle(store, registry);
  assert.ok(store.temporaries().some((name) => name.startsWith("layer-")));
  assert.deepEqual(listImages(store.paths), []);
  registry.heal();
  await store.pull(registry.reference);
  assert.deepEqual(registry.ranges, [null, `bytes=${arrived}-`]);
  assert.deepEqual(store.temporaries(), []);
});

Deno.test("a pull waits for another process that has the layer, and takes over when that one dies", async () => {
  await using registry = serveHalf();
  await using store = await makeImageStore();
  const child = pullElsewhere(store, registry.reference);
  await registry.halfSent;
  const { promise: waiting, resolve } = Promise.withResolvers<void>();
  const pull = store.pull(registry.reference, { onEvent: ({ kind }) => kind === "waiting" && resolve() });
  await waiting;
  registry.heal();
  child.kill("SIGKILL");
  await child.status;
  await pull;
  assert.equal(registry.ranges.length, 2);
  assert.deepEqual(store.temporaries(), []);
});

Deno.test("several processes pull one image at once, and one fetches it", async () => {
  await using registry = serveHalf();
  registry.heal();
  await using store = await makeImageStore();
  const children = Array.from({ length: 3 }, () => pullElsewhere(store, registry.reference));
  const codes = await Promise.all(children.map(async (child) => (await child.status).code));
  assert.deepEqual(codes, [0, 0, 0]);
  assert.deepEqual(registry.ranges, [null]);
  assert.equal(listImages(store.paths).length, 1);
});

Deno.test("a disk that becomes full while unpacking is named, and is as empty as before", async () => {
  await using registry = serveImage({ tars: [tarOf({ zeros: "\0".repeat(12 * 1024 * 1024) })] });
  await using store = await makeImageStore();
  const small = `${store.paths.data}-small`;
  await Deno.mkdir(small, { recursive: true });
  const mount = (args: string[]) => new Deno.Command(args[0], { args: args.slice(1) }).outputSync();
  assert.equal(mount(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small]).code, 0);
  try {
    const paths = storePaths(new Map([["BUDGIE_DATA_DIR", small]]));
    const limits = { maxRatio: 10_000, reserveBytes: 0, maxEntries: 100 };
    const pull = pullImage(paths, registry.reference, {
      registries: store.settings,
      retry: IMPATIENT,
      limits,
    });
    await assert.rejects(
      pull,
      (error) => error instanceof DiskFullError && /Cannot store layer/.test(error.message),
    );
    assert.deepEqual(listImages(paths), []);
    assert.deepEqual(Array.from(Deno.readDirSync(paths.temporary)), []);
  } finally {
    mount(["umount", small]);
  }
});
