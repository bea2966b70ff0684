/** Waiting for the daemon's name server, which a container's first look-up may need. */
import { sleep } from "../../base/sleep.ts";
import { readSmall } from "../container_files.ts";

/** A small board takes a second or two to start a program. */
const LIMIT_MS = 5_000;
const CHECK_MS = 5;
/** DNS, in the hexadecimal of /proc/net/udp. */
const PORT = "0035";

/** @returns false when nobody waits for questions at one of the IPv4 addresses in time */
export async function untilNamesAnswer(addresses: readonly string[]): Promise<boolean> {
  const wanted = addresses.filter((address) => !address.includes(":")).map((address) =>
    `${procAddress(address)}:${PORT}`
  );
  const deadline = performance.now() + LIMIT_MS;
  while (true) {
    const bound = readSmall("/proc/net/udp") ?? "";
    if (wanted.every((socket) => bound.includes(` ${socket} `))) return true;
    if (performance.now() > deadline) return false;
    await sleep(CHECK_MS);
  }
}

/** An address as a number in the order of bytes of the machine: x86_64 and aarch64 are little-endian (proc(5)). */
function procAddress(address: string): string {
  const bytes = address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return bytes.reverse().join("").toUpperCase();
}
