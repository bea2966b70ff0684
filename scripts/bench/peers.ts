/** budgie and podman beside each other: the same image, the same runtime, the same disk. */
import { crunNamespace } from "../../tests/fixture/crun.ts";
import { BUDGIE } from "../../tests/fixture/paths.ts";
import { processesOf } from "../../tests/fixture/leftovers.ts";
import { run, runOk } from "../../tests/fixture/process.ts";
import { eventually } from "../../tests/fixture/wait.ts";
import type { Rig } from "./rig.ts";

export type Runtime = "runc" | "crun";
export const RUNTIMES: readonly Runtime[] = ["runc", "crun"];

/** At the end no container is left, and no daemon. */
export interface Peers extends AsyncDisposable {
  runtime: Runtime;
  env: Record<string, string>;
  /** the words before a command's own */
  budgie: string[];
  podman: string[];
  /** what a command of any program begins with, for a place where the runtime works */
  prefix: string[];
  /** reference of an image that both have */
  busybox: string;
  /** Removes all containers of both. */
  clear(): Promise<void>;
}

/** Removing hundreds of containers. */
const CLEAR_LIMIT_MS = 600_000;
const END_LIMIT_MS = 60_000;

export async function openPeers(rig: Rig, runtime: Runtime = "runc"): Promise<Peers> {
  await using undo = new AsyncDisposableStack();
  // crun in a mount namespace that it can use, where all that was started must also be ended.
  const prefix = runtime === "crun" ? undo.use(await crunNamespace()).prefix : [];
  const env = { ...rig.env, BUDGIE_RUNTIME: runtime };
  const busybox = `${rig.registry.address}/busybox:latest`;
  const budgie = [...prefix, BUDGIE];
  const podman = [...prefix, "podman", "--runtime", runtime];
  const clear = async () => {
    const listed = await runOk([...budgie, "ps", "-aq", "--no-trunc"], { env });
    const ids = listed.split("\n").filter(Boolean);
    if (ids.length > 0) await runOk([...budgie, "rm", "-f", ...ids], { env, timeoutMs: CLEAR_LIMIT_MS });
    await run([...podman, "rm", "-af", "-t", "0"], { env, timeoutMs: CLEAR_LIMIT_MS });
  };
  undo.defer(async () => {
    await clear();
    await runOk([...budgie, "daemon", "stop"], { env });
    // Each conmon starts a podman that cleans up behind it, and makes again what it does not find.
    await eventually("all processes have ended", async () => {
      const { budgie, podman } = await attendants(rig);
      return budgie.length + podman.length === 0;
    }, END_LIMIT_MS);
  });
  for (const program of [budgie, podman]) await runOk([...program, "pull", "-q", busybox], { env });
  const owned = undo.move();
  return {
    ...{ runtime, env, budgie, podman, prefix, busybox, clear },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What a container does that does nothing. */
export const IDLE: readonly string[] = ["sleep", "1000000"];

export interface DetachedOptions {
  /** more of them, before the image */
  flags?: readonly string[];
  command?: readonly string[];
}

/** Arguments of a `run -d` of busybox that ends at once on its stop signal. */
export function detachedArgs({ busybox }: Peers, { flags = [], command = IDLE }: DetachedOptions): string[] {
  return ["run", "-d", "--network", "none", "--stop-signal", "KILL", ...flags, busybox, ...command];
}

/** @returns the container's ID */
export async function runDetached(
  peers: Peers,
  program: readonly string[],
  options: DetachedOptions = {},
): Promise<string> {
  return (await runOk([...program, ...detachedArgs(peers, options)], { env: peers.env })).trim();
}

/** @throws Error when none runs */
export async function daemonPid({ budgie, env }: Peers): Promise<number> {
  return Number(await runOk([...budgie, "daemon", "status", "--format", "{{.PID}}"], { env }));
}

/** Processes of either program that containers hang on, without the containers' own and without budgie's daemon. */
export async function attendants({ directory }: Rig): Promise<{ budgie: number[]; podman: number[] }> {
  // Shims, runtimes and conmon name the folder of their container, or work in it.
  const below = async (folder: string) =>
    (await processesOf([`${directory}/${folder}`])).map((line) => Number.parseInt(line));
  return { budgie: await below("budgie"), podman: await below("podman") };
}
