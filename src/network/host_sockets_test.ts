import assert from "node:assert/strict";
import { parseSctpEndpoints, parseSockets } from "./host_sockets.ts";

// Lines of a real host, shortened in their last columns.
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100
   1: 0100007F:1F90 0100007F:A332 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 20
   2: 0209A8C0:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100
`;
const TCP6 =
  `  sl  local_address                         remote_address                        st tx_queue inode
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3230357 1 0
   1: 000020FD000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3230358 1 0
   2: 0000000000000000FFFF00000100007F:0052 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3230359 1 0
`;

Deno.test("sockets that listen are found, with their address as people write it", () => {
  assert.deepEqual(parseSockets(TCP, "tcp"), [
    { address: "127.0.0.1", port: 8080, inode: 4711 },
    { address: "192.168.9.2", port: 22, inode: 4713 },
  ]);
  assert.deepEqual(parseSockets(TCP6, "tcp"), [
    { address: "::", port: 80, inode: 3230357 },
    { address: "fd20::1", port: 81, inode: 3230358 },
    { address: "127.0.0.1", port: 82, inode: 3230359 },
  ]);
});

Deno.test("UDP sockets are found as long as they are not connected", () => {
  const udp = TCP.replaceAll(" 0A ", " 07 ");
  assert.deepEqual(parseSockets(udp, "udp").map(({ inode }) => inode), [4711, 4713]);
});

// As net/sctp/proc.c of the kernel writes it.
const SCTP = ` ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS
 f4a7c000 f47e8a00 2   10  29   11165   200   8893 0.0.0.0
 f4a7c001 f47e8a01 2   10  29   11166   200   8894 192.168.9.1 fd09::1
 f4a7c002 f47e8a02 2   7   29   11167   200   8895 0.0.0.0
`;

Deno.test("an SCTP endpoint is found at each of its addresses", () => {
  assert.deepEqual(parseSctpEndpoints(SCTP), [
    { address: "0.0.0.0", port: 11165, inode: 8893 },
    { address: "192.168.9.1", port: 11166, inode: 8894 },
    { address: "fd09::1", port: 11166, inode: 8894 },
  ]);
  assert.deepEqual(parseSctpEndpoints(""), []);
});
