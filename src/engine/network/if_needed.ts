/** Loads what makes networks only for containers that are in one: the way of the others is the shorter. */
import type { ContainerRecord } from "../../store/container.ts";
import type { State } from "../../store/state.ts";
import type { Engine } from "../engine.ts";
import { isConnected } from "./connected.ts";
import { silentNetworksOf } from "./peers.ts";

/** See connectContainer(). */
export async function connectIfAsked(engine: Engine, record: ContainerRecord): Promise<void> {
  if (record.options.network !== "networks") return;
  const { connectContainer } = await import("./connect_container.ts");
  await connectContainer(engine, record);
}

/** See introduce(). */
export async function introduceIfNeeded(
  engine: Engine,
  state: State,
  record: ContainerRecord,
): Promise<void> {
  if (silentNetworksOf(state, record).length === 0) return;
  const { introduce } = await import("./connect_container.ts");
  await introduce(engine);
}

/** See disconnectContainer(). */
export async function disconnectIfConnected(engine: Engine, record: ContainerRecord): Promise<void> {
  if (!isConnected(engine.paths, record.id)) return;
  const { disconnectContainer } = await import("./connect_container.ts");
  await disconnectContainer(engine, record);
}
