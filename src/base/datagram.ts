/** What node:dgram leaves to its users. */
import type { Buffer } from "node:buffer";

/**
 * Gives the memory of a datagram back at once. Each has 64 KiB to itself, however short it is, and the garbage
 * collector would let hundreds of megabytes of them come together first.
 */
export function freeDatagram(bytes: Buffer): void {
  (bytes.buffer as ArrayBuffer).transfer(0);
}
