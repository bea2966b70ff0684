/**
 * The secrets of one container while it runs, in a tmpfs of its own that only root reaches from the host:
 * - `files/`: what the container sees as /run/secrets;
 * - `elsewhere/<n>`: single files, mounted at other places in the container;
 * - `bundle/config.json`: what the runtime is told, where variables hold values (exec reads it too);
 * - `new`: a file on its way into `files/`.
 */
import { writeAll } from "../base/write_all.ts";
import { exists } from "../base/optional_file.ts";
import { SystemError } from "../linux/libc.ts";
import { mount, unmount } from "../linux/mount.ts";
import { MAX_VALUE_BYTES } from "./sealed.ts";

/** Permission bits and owner of a file. */
export interface SecretFile {
  mode: number;
  uid: number;
  gid: number;
}

/** Paths in the tmpfs at `folder`. */
export function secretFiles(folder: string) {
  return {
    files: `${folder}/files`,
    file: (name: string) => `${folder}/files/${name}`,
    elsewhere: (index: number) => `${folder}/elsewhere/${index}`,
    bundle: `${folder}/bundle`,
    spec: `${folder}/bundle/config.json`,
  };
}

/** For config.json, and what little the kernel needs itself. */
const OTHER_BYTES = 4 * 1024 ** 2;

/** Mounts the tmpfs with its folders. @param count of values that it has to hold. @throws SystemError */
export function mountSecretFiles(folder: string, count: number): void {
  unmountSecretFiles(folder); // what a crash left would stay below the new mount for ever
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Each may be there twice, as a file and as a variable in config.json, and one more is on its way.
  const size = `mode=0700,size=${(2 * count + 1) * MAX_VALUE_BYTES + OTHER_BYTES},nr_inodes=${
    count * 2 + 64
  }`;
  mountTmpfs(folder, size);
  for (const [name, mode] of [["files", 0o755], ["elsewhere", 0o700], ["bundle", 0o700]] as const) {
    Deno.mkdirSync(`${folder}/${name}`);
    Deno.chmodSync(`${folder}/${name}`, mode); // whatever the umask
  }
}

// What is swapped out is on disk. Linux before 6.4 does not know the option.
function mountTmpfs(folder: string, options: string): void {
  const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  try {
    mount("budgie-secrets", folder, { type: "tmpfs", flags, data: `${options},noswap` });
  } catch (error) {
    if (!(error instanceof SystemError && error.code === "EINVAL")) throw error;
    mount("budgie-secrets", folder, { type: "tmpfs", flags, data: options });
  }
}

/** include/uapi/linux/mount.h */
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;

/** Takes the tmpfs away, and all that is in it. One that is not there is fine. */
export function unmountSecretFiles(folder: string): void {
  if (!exists(folder)) return;
  try {
    while (true) unmount(folder);
  } catch (error) {
    if (!(error instanceof SystemError && error.code === "EINVAL")) throw error; // EINVAL: nothing is mounted any more
  }
  Deno.removeSync(folder);
}

/** Whether the tmpfs is there, as seen from this process' mount namespace. */
export function isMounted(folder: string): boolean {
  if (!exists(folder)) return false;
  return Deno.statSync(folder).dev !== Deno.statSync(`${folder}/..`).dev;
}

/** Puts a value into the file `name` of /run/secrets: a reader sees the old one or this one. */
export function writeSecretFile(folder: string, name: string, value: Uint8Array, file: SecretFile): void {
  const temporary = `${folder}/new`;
  if (exists(temporary)) Deno.removeSync(temporary);
  writeNew(temporary, value, file);
  Deno.renameSync(temporary, secretFiles(folder).file(name));
}

/** A file for another place. */
export function writeElsewhere(folder: string, index: number, value: Uint8Array, file: SecretFile): void {
  writeNew(secretFiles(folder).elsewhere(index), value, file);
}

/** The new value of a file of /run/secrets, with the mode and owner that it has. */
export function replaceSecretFile(folder: string, name: string, value: Uint8Array): void {
  const { mode, uid, gid } = Deno.lstatSync(secretFiles(folder).file(name));
  writeSecretFile(folder, name, value, { mode: mode! & 0o7777, uid: uid!, gid: gid! });
}

/** The new value of a file at another place. It is mounted by itself, so the same file is written again. */
export function replaceElsewhere(folder: string, index: number, value: Uint8Array): void {
  using file = Deno.openSync(secretFiles(folder).elsewhere(index), { write: true });
  writeAll(file, value);
  file.truncateSync(value.length);
}

function writeNew(path: string, value: Uint8Array, { mode, uid, gid }: SecretFile): void {
  using file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  writeAll(file, value);
  Deno.chownSync(path, uid, gid);
  Deno.chmodSync(path, mode); // after chown, which clears bits
}
