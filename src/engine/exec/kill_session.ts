/** Ending a process of a container, and what it has started, but nothing else in there. */
import { openPidfd, signalPidfd } from "../../linux/pidfd.ts";
import { cgroupProcesses } from "../cgroup/cgroup_processes.ts";
import { readSmall } from "../container_files.ts";
import { isProcessOf } from "../observe.ts";

const SIGKILL = 9;
const SIGSTOP = 19;
/** Looks at a container whose processes go on starting others while they are killed. */
const MAX_ROUNDS = 10;

/**
 * Kills a process that leads a session (as every one does that a runtime has started), its descendants, and
 * those of its session whose parent has ended. Only processes of the container with this ID. PID 0 is none.
 */
export function killSession(id: string, leader: number): void {
  if (leader === 0 || !isProcessOf(leader, id)) return;
  send(id, leader, SIGSTOP); // it starts no more, and while it lives its session is known by its PID
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const others = membersOf(leader).filter((pid) => send(id, pid, SIGKILL));
    if (others.length === 0) break;
  }
  send(id, leader, SIGKILL);
}

/** Descendants of the leader and members of its session, without itself. */
function membersOf(leader: number): number[] {
  const members = new Set([leader]);
  const all = Array.from(cgroupProcesses(leader), readStat).filter((stat) => stat !== undefined);
  for (let before = 0; before < members.size;) {
    before = members.size;
    for (const { pid, parent, session } of all) {
      if (session === leader || members.has(parent)) members.add(pid);
    }
  }
  members.delete(leader);
  return [...members];
}

/** proc(5): the fields after the command's name, which may hold anything. */
function readStat(pid: number): { pid: number; parent: number; session: number } | undefined {
  const text = readSmall(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const [state, parent, , session] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X"
    ? undefined
    : { pid, parent: Number(parent), session: Number(session) };
}

/** Whether there was such a process of the container. */
function send(id: string, pid: number, signal: number): boolean {
  using pidfd = openPidfd(pid);
  // Looked at after the pidfd was opened: from here on it can be no other process.
  return pidfd !== undefined && isProcessOf(pid, id) && signalPidfd(pidfd, signal);
}
