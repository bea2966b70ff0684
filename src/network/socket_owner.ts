/** Which process has a socket. */

export interface SocketOwner {
  pid: number;
  /** as in `ps -o comm`: of at most 15 characters */
  name: string;
}

/** Looks through the open files of all processes; undefined when it has gone, or they can't be read. */
export function socketOwner(inode: number): SocketOwner | undefined {
  const link = `socket:[${inode}]`;
  for (const { name } of Deno.readDirSync("/proc")) {
    if (/^\d+$/.test(name) && hasOpen(name, link)) return ownerOf(name);
  }
  return undefined;
}

function hasOpen(pid: string, link: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return (unlessGone(() => [...Deno.readDirSync(folder)]) ?? [])
    .some(({ name }) => unlessGone(() => Deno.readLinkSync(`${folder}/${name}`)) === link);
}

function ownerOf(pid: string): SocketOwner | undefined {
  const name = unlessGone(() => Deno.readTextFileSync(`/proc/${pid}/comm`).trimEnd());
  return name === undefined ? undefined : { pid: Number(pid), name };
}

/** Processes end, and close their files, while they are looked at; of some, another user's budgie may see nothing. */
function unlessGone<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
