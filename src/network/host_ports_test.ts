import assert from "node:assert/strict";
import dgram from "node:dgram";
import { freePort, portHolder, PortTakenError } from "./host_ports.ts";

const SELF = { process: { pid: Deno.pid, name: Deno.readTextFileSync("/proc/self/comm").trimEnd() } };

function listen(hostname: string) {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const holder = (hostIp?: string) => portHolder({ protocol: "tcp", hostIp, port });
  return { port, holder, [Symbol.dispose]: () => listener.close() };
}

Deno.test("the process that listens at a port is named, where the address is the same", () => {
  using socket = listen("127.0.0.1");
  for (const hostIp of [undefined, "0.0.0.0", "127.0.0.1"]) assert.deepEqual(socket.holder(hostIp), SELF);
  for (const hostIp of ["::", "::1", "127.0.0.2", "192.0.2.1"]) {
    assert.equal(socket.holder(hostIp), undefined);
  }
  assert.equal(portHolder({ protocol: "udp", port: socket.port }), undefined);
});

Deno.test("who listens at all addresses is in everybody's way", () => {
  using ip = listen("0.0.0.0");
  assert.deepEqual(ip.holder("192.0.2.1"), SELF);
  assert.equal(ip.holder("::1"), undefined);
  using both = listen("::");
  for (const hostIp of [undefined, "0.0.0.0", "192.0.2.1", "::", "::1"]) {
    assert.deepEqual(both.holder(hostIp), SELF);
  }
});

Deno.test("a connection that comes from a port does not take it", async () => {
  using socket = listen("127.0.0.1");
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: socket.port });
  const { port } = connection.localAddr as Deno.NetAddr;
  assert.equal(portHolder({ protocol: "tcp", port }), undefined);
});

Deno.test("a UDP socket takes its port", async () => {
  const socket = dgram.createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  try {
    assert.deepEqual(portHolder({ protocol: "udp", port }), SELF);
    assert.equal(portHolder({ protocol: "tcp", port }), undefined);
  } finally {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
});

Deno.test("what the daemon has on a gateway's address stands in nobody's way", () => {
  using socket = listen("127.0.0.3");
  assert.deepEqual(portHolder({ protocol: "tcp", port: socket.port }), SELF);
  assert.equal(portHolder({ protocol: "tcp", port: socket.port }, { except: ["127.0.0.3"] }), undefined);
});

Deno.test("a free port is one that neither a process nor a container has", () => {
  using socket = listen("127.0.0.1");
  const { port } = socket;
  const range = { from: port - 1, to: port + 1 };
  for (const random of [0, 0.5, 0.999]) {
    const isTaken = (candidate: number) => candidate === port - 1;
    assert.equal(freePort({ protocol: "tcp" }, { range, isTaken, random: () => random }), port + 1);
  }
  assert.throws(() => freePort({ protocol: "tcp" }, { range, isTaken: (candidate) => candidate !== port }), {
    message: `Cannot publish a port: all from ${port - 1} to ${port + 1} are taken`,
  });
});

Deno.test("a port without a range is one of those that the kernel gives out", () => {
  const [from, to] = Deno.readTextFileSync("/proc/sys/net/ipv4/ip_local_port_range").split("\t").map(Number);
  const ports = [0, 0.999_999].map((random) =>
    freePort({ protocol: "sctp" }, { isTaken: () => false, random: () => random })
  );
  assert.deepEqual(ports, [from, to]);
});

Deno.test("a port that is taken is refused with its owner", () => {
  const wanted = { protocol: "tcp" as const, port: 8080 };
  const byContainer = new PortTakenError(wanted, { container: "web" });
  assert.equal(byContainer.message, "Cannot publish port 8080: container 'web' already has it");
  assert.equal(byContainer.hint, "Stop 'web', or choose another host port with -p");
  const byProcess = new PortTakenError({ protocol: "udp", hostIp: "::1", port: 53 }, {
    process: { pid: 12, name: "dns" },
  });
  assert.equal(byProcess.message, "Cannot publish port [::1]:53/udp: process 'dns' (PID 12) already has it");
  assert.equal(byProcess.hint, "Stop it, or choose another host port with -p");
  assert.equal(
    new PortTakenError({ ...wanted, hostIp: "127.0.0.1" }, {}).message,
    "Cannot publish port 127.0.0.1:8080: a process of the host already has it",
  );
});
