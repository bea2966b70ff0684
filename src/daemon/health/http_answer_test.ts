import assert from "node:assert/strict";
import { HttpAnswerError, MAX_BODY_BYTES, readHttpAnswer } from "./http_answer.ts";

/** As it comes from the network: in one piece, and byte by byte. */
async function readings(text: string): Promise<{ status: number; reason: string; body: string }[]> {
  const bytes = new TextEncoder().encode(text);
  const seen = [];
  for (const pieces of [[bytes], Array.from(bytes, (byte) => new Uint8Array([byte]))]) {
    const { status, reason, body } = await readHttpAnswer(stream(pieces));
    seen.push({ status, reason, body: await body() });
  }
  assert.deepEqual(seen[0], seen[1]);
  return seen;
}

async function* stream(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function read(text: string) {
  return (await readings(text))[0];
}

Deno.test("an answer has a status, a reason and a body of its length", async () => {
  const answer = await read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready and more");
  assert.deepEqual(answer, { status: 200, reason: "OK", body: "ready" });
});

Deno.test("an answer without a length goes on to the end", async () => {
  assert.equal((await read("HTTP/1.0 200 OK\r\n\r\nall of\r\nit")).body, "all of\r\nit");
  assert.equal((await read("HTTP/1.1 503\nx: y\n\n")).status, 503);
});

Deno.test("a body in chunks is put together (RFC 9112 §7.1)", async () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\nContent-Length: 3\r\n\r\n";
  assert.equal(
    (await read(`${head}4;name=value\r\nWiki\r\nA\r\npedia in\r\n\r\n0\r\n\r\n`)).body,
    "Wikipedia in\r\n",
  );
});

Deno.test("answers before the answer are passed over", async () => {
  const text = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
  assert.equal((await read(text)).status, 204);
});

Deno.test("a body that ends early is what came of it", async () => {
  assert.equal((await read("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\npart")).body, "part");
  assert.equal((await read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\npart")).body, "part");
  assert.equal((await read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\npart")).body, "");
});

Deno.test("what is not HTTP/1 is refused", async () => {
  const other = [
    "SSH-2.0-OpenSSH_9\r\n",
    "HTTP/2 200\r\n\r\n",
    "HTTP/1.1 999 X\r\n\r\n",
    "",
    "HTTP/1.1 200 OK\r\n",
  ];
  for (const text of other) await assert.rejects(() => read(text), HttpAnswerError, JSON.stringify(text));
});

Deno.test("no part of an answer may be endless", async () => {
  async function* endless(start: string, again: string): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(start);
    while (true) yield new TextEncoder().encode(again);
  }
  await assert.rejects(() => readHttpAnswer(endless("", "x".repeat(1000))), /too long/);
  await assert.rejects(() => readHttpAnswer(endless("HTTP/1.1 200 OK\r\n", "a: b\r\n")), /too long/);
  await assert.rejects(() => readHttpAnswer(endless("", "HTTP/1.1 100 Go\r\n\r\n")), /never comes/);
  const long = await readHttpAnswer(endless("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(1000)));
  assert.equal((await long.body()).length, MAX_BODY_BYTES);
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const chunks = await readHttpAnswer(endless(head, "1;x=y\r\nz\r\n"));
  assert.match(await chunks.body(), /^z+$/);
});
