/**
 * An HTTP/1 answer (RFC 9112), read from a program that may be hostile: every part has a bound. Not by fetch(),
 * which verifies certificates and keeps connections for later.
 */
import { ByteReader } from "../../base/byte_reader.ts";

export interface HttpAnswer {
  status: number;
  /** `Service Unavailable`; "" where the program gives none */
  reason: string;
  /** what of the body came, `MAX_BODY_BYTES` at most */
  body(): Promise<string>;
}

/** The other side does not speak HTTP, or too much of it. */
export class HttpAnswerError extends Error {
  override name = "HttpAnswerError";
}

export const MAX_BODY_BYTES = 64 * 1024;
/** Of all lines of one answer together: those of its head, and between the chunks of its body. */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_INTERIM_ANSWERS = 10;

/** @throws HttpAnswerError; what `received` throws */
export async function readHttpAnswer(received: AsyncIterable<Uint8Array>): Promise<HttpAnswer> {
  const bytes = new ByteReader(received, () => new HttpAnswerError("it ended early"));
  const lines = { bytes, left: MAX_LINE_BYTES };
  for (let interim = 0; interim <= MAX_INTERIM_ANSWERS; interim++) {
    const first = await readLine(lines);
    const [, status, reason] = /^HTTP\/1\.[01] ([1-5]\d\d)(?: (.*))?$/.exec(first) ?? [];
    if (status === undefined) throw new HttpAnswerError("it is not HTTP/1");
    const headers = await readHeaders(lines);
    // 103 (Early Hints) and the like come before the answer.
    if (status.startsWith("1")) continue;
    return {
      status: Number(status),
      reason: reason ?? "",
      body: () => readBody(bodyChunks(lines, headers)),
    };
  }
  throw new HttpAnswerError("it never comes to the answer itself");
}

interface Lines {
  bytes: ByteReader;
  /** how many bytes lines may still have */
  left: number;
}

const LF = 0x0a;

/** Up to the line feed, without it and a carriage return before it. */
async function readLine(lines: Lines): Promise<string> {
  const characters: number[] = [];
  while (true) {
    const [byte] = await lines.bytes.readExactly(1);
    if (lines.left-- === 0) throw new HttpAnswerError("its head is too long");
    if (byte === LF) break;
    characters.push(byte);
  }
  return new TextDecoder("latin1").decode(new Uint8Array(characters)).replace(/\r$/, "");
}

/** Names in lower case; of repeated ones the last. */
async function readHeaders(lines: Lines): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  while (true) {
    const line = await readLine(lines);
    if (line === "") return headers;
    const [, name, value] = /^([^:\s]+):(.*)$/.exec(line) ?? [];
    if (name !== undefined) headers.set(name.toLowerCase(), value.trim());
  }
}

/** RFC 9112 §6.3, "Message Body Length", for an answer to GET. */
function bodyChunks(lines: Lines, headers: Map<string, string>): AsyncGenerator<Uint8Array> {
  if (/(^|,\s*)chunked$/i.test(headers.get("transfer-encoding") ?? "")) return chunkedBody(lines);
  const length = headers.get("content-length") ?? "";
  return plainBody(lines.bytes, /^\d+$/.test(length) ? Number(length) : Infinity);
}

async function* plainBody(bytes: ByteReader, length: number): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0;) {
    const chunk = await bytes.readSome(left);
    yield chunk;
    left -= chunk.length;
  }
}

/** RFC 9112 §7.1; what follows the last chunk is left unread. */
async function* chunkedBody(lines: Lines): AsyncGenerator<Uint8Array> {
  while (true) {
    const [, size] = /^([0-9a-f]{1,8})\s*(?:;.*)?$/i.exec(await readLine(lines)) ?? [];
    if (size === undefined) throw new HttpAnswerError("its chunks make no sense");
    if (Number(`0x${size}`) === 0) return;
    yield* plainBody(lines.bytes, Number(`0x${size}`));
    await readLine(lines);
  }
}

/** A body that ends early is as long as it is: whoever looks for something in it will see. */
async function readBody(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const body = new Uint8Array(MAX_BODY_BYTES);
  let length = 0;
  try {
    for await (const chunk of chunks) {
      const part = chunk.subarray(0, MAX_BODY_BYTES - length);
      body.set(part, length);
      length += part.length;
      if (length === MAX_BODY_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof HttpAnswerError)) throw error;
  }
  return new TextDecoder().decode(body.subarray(0, length));
}
