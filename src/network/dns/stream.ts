/** DNS messages over TCP: each has its length in two bytes before it (RFC 1035 §4.2.2, RFC 7766). */

const LENGTH_BYTES = 2;

/**
 * The next message; undefined when the other side has ended before it.
 * @throws Deno.errors.UnexpectedEof, or Deno.errors.InvalidData when it is longer than `maxBytes`
 */
export async function readMessage(
  connection: Deno.TcpConn,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const head = new Uint8Array(LENGTH_BYTES);
  if (!await readFull(connection, head)) return undefined;
  const length = head[0] << 8 | head[1];
  if (length > maxBytes) throw new Deno.errors.InvalidData(`a DNS message of ${length} bytes`);
  const message = new Uint8Array(length);
  if (!await readFull(connection, message)) throw new Deno.errors.UnexpectedEof();
  return message;
}

/** False when there was nothing at all any more. */
async function readFull(connection: Deno.TcpConn, bytes: Uint8Array): Promise<boolean> {
  for (let received = 0; received < bytes.length;) {
    const count = await connection.read(bytes.subarray(received));
    if (count === null && received === 0) return false;
    if (count === null) throw new Deno.errors.UnexpectedEof();
    received += count;
  }
  return true;
}

export async function writeMessage(connection: Deno.TcpConn, message: Uint8Array): Promise<void> {
  const bytes = new Uint8Array(LENGTH_BYTES + message.length); // in one segment (RFC 7766 §8)
  bytes.set([message.length >> 8, message.length & 0xff]);
  bytes.set(message, LENGTH_BYTES);
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}
