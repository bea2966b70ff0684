/** The empty files and folders in a container's own layer that are only there for something to be mounted on. */
import { Buffer } from "node:buffer";
import { type ByteString, byteString } from "../../base/tar/byte_string.ts";
import { closeFile, reopen } from "../../linux/at_file.ts";
import { namesIn } from "../../linux/directory_names.ts";
import { O_DIRECTORY, O_RDONLY } from "../../linux/open_flags.ts";
import { S_IFDIR, S_IFMT, S_IFREG } from "../../linux/statx.ts";
import type { FoundFile } from "../../linux/tree_entries.ts";
import { containerFiles } from "../container_files.ts";
import type { Engine } from "../engine.ts";
import { lastSpec } from "../last_spec.ts";

/** Made before every start, whatever the container mounts itself. */
const ALWAYS = ["/dev", "/proc", "/sys"];

/** Tells whether a file at a path (from the root, without a slash before it) is such a stub. */
export type IsMountStub = (path: ByteString, found: FoundFile) => boolean;

/** By the mounts of the container's last start. */
export function mountStubs(engine: Engine, id: string): IsMountStub {
  const mounts = lastSpec(containerFiles(engine.paths, id))?.mounts ?? [];
  const points = new Set([...ALWAYS, ...mounts.map(({ destination }) => destination)].map(plain));
  return (path, found) => points.has(path) && isEmpty(found);
}

function plain(destination: string): ByteString {
  return byteString(Buffer.from(destination.slice(1)));
}

function isEmpty({ file, status }: FoundFile): boolean {
  if ((status.mode & S_IFMT) === S_IFREG) return status.sizeBytes === 0;
  if ((status.mode & S_IFMT) !== S_IFDIR) return false;
  const directory = reopen(file, O_RDONLY | O_DIRECTORY);
  try {
    return namesIn(directory).length === 0;
  } finally {
    closeFile(directory);
  }
}
