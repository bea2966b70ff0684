/** `--init`: a small program as PID 1 that forwards signals and buries the dead. */
import { BudgieError } from "../base/errors.ts";
import { fileMount, type PlannedMount } from "./mounts.ts";

/** Best first: the plain `tini` of some distributions needs a C library that the image may not have. */
const NAMES = ["docker-init", "tini-static", "catatonit", "tini"];
const DIRECTORIES = [
  "/usr/local/bin",
  "/usr/bin",
  "/usr/libexec/docker",
  "/usr/libexec/podman",
  "/usr/local/sbin",
];

/** In the container's own /dev, so that nothing is made in the image's directories. */
const CONTAINER_PATH = "/dev/init";

/** The mount that brings the program, and what stands before the container's own arguments. */
export interface ContainerInit {
  mount: PlannedMount;
  args: string[];
}

/** @throws BudgieError when this machine has none that is statically linked */
export function containerInit(directories: readonly string[] = DIRECTORIES): ContainerInit {
  for (const name of NAMES) {
    for (const directory of directories) {
      const path = `${directory}/${name}`;
      if (isStaticProgram(path)) {
        return { mount: fileMount(path, CONTAINER_PATH, { readOnly: true }), args: [CONTAINER_PATH, "--"] };
      }
    }
  }
  throw new BudgieError("Cannot run an init in the container: this machine has none", {
    hint: "Install the package tini (Debian, Ubuntu), or catatonit",
    exitCode: 125,
  });
}

/** ELF, 64 bits, little-endian, without a PT_INTERP segment: it needs nothing but itself (elf(5)). */
function isStaticProgram(path: string): boolean {
  const PT_INTERP = 3;
  const bytes = readStart(path, 4096);
  if (bytes.length < 64 || String.fromCharCode(...bytes.subarray(1, 4)) !== "ELF") return false;
  const view = new DataView(bytes.buffer, 0, bytes.length);
  const offset = Number(view.getBigUint64(32, true));
  const size = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  if (offset + size * count > bytes.length) return false;
  return Array.from({ length: count }, (_, i) => view.getUint32(offset + i * size, true)).every((type) =>
    type !== PT_INTERP
  );
}

function readStart(path: string, length: number): Uint8Array<ArrayBuffer> {
  try {
    using file = Deno.openSync(path);
    const buffer = new Uint8Array(length);
    return buffer.subarray(0, file.readSync(buffer) ?? 0);
  } catch {
    return new Uint8Array();
  }
}
