/** What of a pull happens at the same time. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { serveImage } from "../../tests/fixture/hostile_registry.ts";
import { eventually } from "../../tests/fixture/wait.ts";
import { exists } from "../base/optional_file.ts";
import { makeImageStore } from "./testing/image_store.ts";
import { tarOf } from "./testing/rootfs.ts";

Deno.test("pullImage() fetches three layers at once, and the others after them", async () => {
  const goOn = Promise.withResolvers<void>();
  let underWay = 0;
  let most = 0;
  await using registry = serveImage(
    { tars: [1, 2, 3, 4, 5].map((number) => tarOf({ [`file-${number}`]: "" })) },
    async (_request, url) => {
      if (!registry.layers.some((digest) => url.pathname.endsWith(digest))) return undefined;
      most = Math.max(most, ++underWay);
      if (underWay === 3) setTimeout(goOn.resolve, 100); // time for a fourth, if there were one
      await goOn.promise;
      underWay--;
      return undefined;
    },
  );
  await using store = await makeImageStore();
  assert.equal((await store.pull(registry.reference)).diffIDs.length, 5);
  assert.equal(most, 3);
});

Deno.test("pullImage() unpacks what has arrived while the rest is on its way, where nobody sees it", async () => {
  const goOn = Promise.withResolvers<void>();
  const noise = randomBytes(300_000).toString("hex");
  const layer = tarOf({ first: "here", noise });
  const packed = new Uint8Array(gzipSync(layer));
  await using registry = serveImage({ tars: [layer], layers: [packed] }, (_request, url) => {
    if (!url.pathname.endsWith(registry.layers[0])) return undefined;
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(packed.slice(0, packed.length - 1000));
        await goOn.promise;
        controller.enqueue(packed.slice(packed.length - 1000));
        controller.close();
      },
    });
    return new Response(body);
  });
  await using store = await makeImageStore();
  const retry = { attempts: 1, firstDelayMs: 1, maxDelayMs: 1, maxRetryAfterMs: 1, stallMs: 60_000 };
  const pulling = store.pull(registry.reference, { retry });
  const unpacking = `${store.paths.temporary}/layer-${registry.layers[0].slice("sha256:".length)}`;
  await eventually("the first file is unpacked", () => exists(`${unpacking}/first`));
  assert.deepEqual(Array.from(Deno.readDirSync(store.paths.layers)), []);
  assert.deepEqual(Array.from(Deno.readDirSync(`${store.paths.images}/blobs/sha256`)), []);
  goOn.resolve();
  await pulling;
  assert.deepEqual(store.temporaries(), []);
});
