/** What node:dgram leaves to its users. */
import { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";

/**
 * Gives the memory of a datagram back at once. Each has 64 KiB to itself, however short it is, and the garbage
 * collector would let hundreds of megabytes of them come together first.
 */
export function freeDatagram(bytes: Buffer): void {
  (bytes.buffer as ArrayBuffer).transfer(0);
}

/** A copy, at most of so many bytes, of a datagram whose memory is given back. */
export function takeDatagram(bytes: Buffer, maxBytes = bytes.length): Buffer {
  const copy = Buffer.from(bytes.subarray(0, maxBytes));
  freeDatagram(bytes);
  return copy;
}

/** A socket that hears what comes to a port. @throws Node's error, with `code` EADDRINUSE or EADDRNOTAVAIL, when it can't */
export async function bindUdp(address: string, port: number): Promise<Socket> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address, port }, resolve);
  }).catch((error) => {
    socket.close();
    throw error;
  });
  return socket;
}
