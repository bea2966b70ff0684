/** Loads what makes networks only for containers that are in one: the way of the others is the shorter. */
import type { ContainerRecord } from "../../store/container.ts";
import type { Engine } from "../engine.ts";
import { isConnected } from "./connected.ts";

/** See connectContainer(). */
export async function connectIfAsked(engine: Engine, record: ContainerRecord): Promise<void> {
  if (record.options.network !== "networks") return;
  const { connectContainer } = await import("./connect_container.ts");
  await connectContainer(engine, record);
}

/** See disconnectContainer(). */
export async function disconnectIfConnected(engine: Engine, record: ContainerRecord): Promise<void> {
  if (!isConnected(engine.paths, record.id)) return;
  const { disconnectContainer } = await import("./connect_container.ts");
  await disconnectContainer(engine, record);
}
