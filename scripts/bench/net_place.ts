/** budgie and podman side by side in a network of the bench's own: the machine's stays as it is. */
import { runOk } from "../../tests/fixture/process.ts";
import { openPeers, type Peers } from "./peers.ts";
import type { Rig } from "./rig.ts";

/** The host's address, which published ports are asked at; on an interface that leads nowhere. */
export const HOST_ADDRESS = "192.0.2.1";

export interface NetworkPeers extends Peers {
  /** what a command of any program begins with, to run in the network */
  inNetwork: string[];
}

/** Either program's name for the network that containers are in unless told otherwise. */
export const NETWORKS = { budgie: "budgie0", podman: "podman" };

/** At the end no container is left, and the network has gone. */
export async function openNetworkPeers(rig: Rig): Promise<NetworkPeers> {
  await using undo = new AsyncDisposableStack();
  const place = undo.use(await openPlace());
  const peers = undo.use(await openPeers(rig)); // pulls from the registry, which is outside
  const [budgie, podman] = [peers.budgie, peers.podman].map((words) => [...place.prefix, ...words]);
  const { env } = peers;
  const clear = async () => {
    for (const program of [budgie, podman]) {
      const ids = (await runOk([...program, "ps", "-aq"], { env })).split("\n").filter(Boolean);
      const options = program === podman ? ["-t", "0"] : [];
      if (ids.length > 0) {
        await runOk([...program, "rm", "-f", ...options, ...ids], { env, timeoutMs: 600_000 });
      }
    }
  };
  undo.defer(clear); // in there: outside, nobody finds their links and rules
  const owned = undo.move();
  return {
    ...peers,
    ...{ budgie, podman, clear, inNetwork: place.prefix },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A network namespace, and in place of the folders where podman's plugins keep theirs, empty ones. */
async function openPlace(): Promise<AsyncDisposable & { prefix: string[] }> {
  const script = `set -e
mkdir -p /run/netns
mount -t tmpfs none /run/netns
ip link set lo up
ip link add lan type bridge
ip addr add ${HOST_ADDRESS}/24 dev lan
ip link set lan up
echo ready; exec sleep infinity`;
  const child = new Deno.Command("unshare", {
    args: ["--net", "--mount", "sh", "-c", script],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { done } = await reader.read();
  if (done) throw new Error("Cannot make a network for the bench: see above");
  return {
    prefix: ["nsenter", "--net", "--mount", "-t", String(child.pid)],
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}
