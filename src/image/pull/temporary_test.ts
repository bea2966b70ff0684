import assert from "node:assert/strict";
import { ensureLayout } from "../layout.ts";
import { makeImageStore } from "../testing/image_store.ts";
import { PartialBlob } from "./partial_blob.ts";
import { cleanTemporary, unpackingFolder } from "./temporary.ts";

const DAY_MS = 24 * 3600 * 1000;
const digest = (digit: string) => `sha256:${digit.repeat(64)}` as const;

Deno.test("cleanTemporary() keeps what a living process works on", async () => {
  await using store = await makeImageStore();
  ensureLayout(store.paths);
  using partial = await PartialBlob.open(store.paths, digest("a"), {});
  await Deno.mkdir(unpackingFolder(partial.path));
  using imported = PartialBlob.create(store.paths);
  await Deno.mkdir(unpackingFolder(imported.path));
  cleanTemporary(store.paths);
  assert.equal(store.temporaries().length, 4);
});

Deno.test("cleanTemporary() of dead processes keeps only what the next pull can use", async () => {
  await using store = await makeImageStore();
  ensureLayout(store.paths);
  const leave = async (partial: PartialBlob, { content, ageMs = 0 }: { content: string; ageMs?: number }) => {
    partial.append(new TextEncoder().encode(content));
    await Deno.mkdir(unpackingFolder(partial.path));
    partial[Symbol.dispose]();
    await Deno.utime(partial.path, new Date(), new Date(Date.now() - ageMs));
  };
  await leave(await PartialBlob.open(store.paths, digest("a"), {}), { content: "half" });
  await leave(await PartialBlob.open(store.paths, digest("b"), {}), { content: "half", ageMs: 8 * DAY_MS });
  await leave(await PartialBlob.open(store.paths, digest("c"), {}), { content: "" });
  await leave(PartialBlob.create(store.paths), { content: "half" });
  cleanTemporary(store.paths);
  assert.deepEqual(store.temporaries(), [`blob-${"a".repeat(64)}`]);
});

Deno.test("cleanTemporary() leaves what it does not know", async () => {
  await using store = await makeImageStore();
  ensureLayout(store.paths);
  await Deno.writeTextFile(`${store.paths.temporary}/of-somebody-else`, "");
  cleanTemporary(store.paths);
  assert.deepEqual(store.temporaries(), ["of-somebody-else"]);
});

Deno.test("PartialBlob.open() ends when it is aborted while it waits", async () => {
  await using store = await makeImageStore();
  ensureLayout(store.paths);
  using _held = await PartialBlob.open(store.paths, digest("a"), {});
  const controller = new AbortController();
  const onWait = () => controller.abort(new Error("enough"));
  await assert.rejects(
    PartialBlob.open(store.paths, digest("a"), { signal: controller.signal, onWait }),
    /enough/,
  );
});
