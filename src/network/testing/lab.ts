/**
 * Hosts, containers and clients of the LAN as network namespaces of this test, joined by veths: real packets through
 * real rules, and nothing of the machine's own network is touched. Needs root, iproute2 and nftables.
 */
import dgram from "node:dgram";
import { type Descriptor } from "../../linux/file.ts";
import { inNetworkNamespace, openNetworkNamespace } from "../../linux/netns.ts";

/** How long is waited for a packet that was dropped; one that was not takes long too on a busy machine. */
const PATIENCE_MS = 1000;

/** A machine with a network of its own. */
export interface Machine {
  readonly name: string;
  /** of a process in its namespace, as ip(8) wants it */
  readonly pid: number;
  readonly namespace: Descriptor;
}

/** Namespaces that end, with everything in them, when this is disposed of. */
export class Lab implements AsyncDisposable {
  readonly #undo = new AsyncDisposableStack();

  async machine(name: string): Promise<Machine> {
    // The line says that unshare(2) is done; nobody writes to the standard input, and closing it ends the process.
    const holder = new Deno.Command("unshare", {
      args: ["--net", "sh", "-c", "echo; read never"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#undo.defer(async () => {
      await holder.stdin.close();
      await holder.status;
    });
    const lines = holder.stdout.getReader();
    await lines.read();
    await lines.cancel();
    const namespace = this.#undo.use(openNetworkNamespace(holder.pid));
    const machine = { name, pid: holder.pid, namespace };
    await inMachine(machine, "ip link set lo up");
    return machine;
  }

  /** Answers each connection to any address of the machine with its name and who asked: `web 192.168.9.2`. */
  serveTcp(machine: Machine, port: number): void {
    const listener = inNetworkNamespace(machine.namespace, () => Deno.listen({ hostname: "::", port }));
    this.#undo.defer(() => listener.close());
    (async () => {
      for await (const connection of listener) {
        const answer = `${machine.name} ${plainAddress((connection.remoteAddr as Deno.NetAddr).hostname)}`;
        await connection.write(new TextEncoder().encode(answer)).catch(() => {});
        connection.close();
      }
    })();
  }

  /** As `serveTcp`, to each datagram. */
  serveUdp(machine: Machine, port: number): void {
    const socket = udpSocket(machine, port);
    this.#undo.defer(() => closed(socket));
    socket.on("message", (_, { address, port }) => {
      socket.send(`${machine.name} ${plainAddress(address)}`, port, address);
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#undo.disposeAsync();
  }
}

/** Runs a shell script in a machine. @returns what it prints; @throws with what it complains about */
export async function inMachine(machine: Machine, script: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("nsenter", {
    args: [`--net=/proc/${machine.pid}/ns/net`, "sh", "-ec", script],
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${machine.name}: ${script}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** What a service answers to a machine; `refused`, or `nothing` when no packet comes back. */
export async function askTcp(machine: Machine, hostname: string, port: number): Promise<string> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    const connect = () => Deno.connect({ hostname, port, signal: abort.signal });
    using connection = await inNetworkNamespace(machine.namespace, connect);
    return await new Response(connection.readable).text();
  } catch (error) {
    if (abort.signal.aborted) return "nothing";
    if (error instanceof Deno.errors.ConnectionRefused) return "refused";
    return "nothing"; // no route
  } finally {
    clearTimeout(timer);
  }
}

/** As `askTcp`. @param localPort to ask from; default any that is free */
export async function askUdp(
  machine: Machine,
  hostname: string,
  port: number,
  localPort = 0,
): Promise<string> {
  const socket = udpSocket(machine, localPort);
  const answer = Promise.withResolvers<string>();
  const timer = setTimeout(() => answer.resolve("nothing"), PATIENCE_MS);
  socket.on("message", (message) => answer.resolve(message.toString()));
  socket.on("error", () => answer.resolve("refused"));
  socket.send("?", port, hostname);
  try {
    return await answer.promise;
  } finally {
    clearTimeout(timer);
    await closed(socket);
  }
}

function udpSocket({ namespace }: Machine, port: number): dgram.Socket {
  return inNetworkNamespace(namespace, () => {
    const socket = dgram.createSocket({
      type: "udp6",
      // Answers at once, so that the socket is made before this returns.
      lookup: (address, _options, callback) =>
        callback(null, address.includes(":") ? address : `::ffff:${address}`, 6),
    });
    socket.bind(port, "::");
    return socket;
  });
}

function closed(socket: dgram.Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

/** IPv4 without what a socket of IPv6 puts in front of it. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}
