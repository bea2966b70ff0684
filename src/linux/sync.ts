/** Making a whole file system durable at once: cheaper than fsync(2) of thousands of unpacked files. */
import { BudgieError } from "../base/errors.ts";
import { openLibc } from "./libc.ts";
import { openDescriptor } from "./file.ts";
import { O_DIRECTORY, O_RDONLY } from "./open_flags.ts";

const libc = openLibc({
  syncfs: { parameters: ["i32"], result: "i32", nonblocking: true },
});

/** syncfs(2) of the file system that holds `folder`. @throws BudgieError when something could not be written */
export async function syncFileSystem(folder: string): Promise<void> {
  using directory = openDescriptor(folder, O_RDONLY | O_DIRECTORY);
  if (await libc.syncfs(directory.fd) === 0) return;
  // It ran on another thread, so errno cannot be asked for.
  throw new BudgieError(`Cannot write '${folder}' to the disk: the disk is full or reports errors`, {
    hint: "Look at df and at the kernel's log (dmesg)",
  });
}
