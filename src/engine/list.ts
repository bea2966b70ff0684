/** Containers by name, ID or beginning of an ID, as they are now. */
import { BudgieError, NotFoundError } from "../base/errors.ts";
import type { ContainerRecord } from "../store/container.ts";
import { readState, type State } from "../store/state.ts";
import { supervisedIds } from "../store/supervision.ts";
import type { Engine } from "./engine.ts";
import { observe } from "./observe.ts";
import type { ContainerView } from "./view.ts";

/** Newest first. */
export function listContainers(engine: Engine): ContainerView[] {
  const records = Object.values(readState(engine.paths).containers);
  records.sort((a, b) => a.createdAt < b.createdAt ? 1 : -1);
  const alive = livingProcesses();
  const supervised = supervisedIds(engine.paths);
  const lookup = {
    mayLive: (pid: number) => alive.has(String(pid)),
    isSupervised: (id: string) => supervised.has(id),
  };
  return records.map((record) => observe(engine.paths, record, lookup));
}

/** One look at /proc instead of one failed look, which is slow, for each container that has ended. */
function livingProcesses(): Set<string> {
  return new Set(Array.from(Deno.readDirSync("/proc"), ({ name }) => name));
}

/** @throws NotFoundError; BudgieError when the beginning of an ID fits several */
export function findContainer(engine: Engine, name: string): ContainerView {
  return observe(engine.paths, findRecord(readState(engine.paths), name));
}

/** Full ID, then exact name, then unique beginning of an ID. @throws as findContainer() */
export function findRecord(state: State, name: string): ContainerRecord {
  const records = Object.values(state.containers);
  const plain = name.replace(/^\//, ""); // docker writes names with a slash in inspect
  const exact = records.find(({ id }) => id === plain) ?? records.find((record) => record.name === plain);
  if (exact) return exact;
  const matches = /^[0-9a-f]+$/.test(plain) ? records.filter((record) => record.id.startsWith(plain)) : [];
  if (matches.length > 1) {
    const list = matches.map((record) => `${record.id.slice(0, 12)} (${record.name})`).join(", ");
    throw new BudgieError(`Cannot tell which container '${name}' is: ${list}`, {
      hint: "Write more of the ID",
    });
  }
  if (matches.length === 0) throw new NotFoundError("container", name);
  return matches[0];
}
