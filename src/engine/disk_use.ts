/** What takes room in the data directory, and how much of it nothing needs. */
import { containerMounts } from "../bundle/volume.ts";
import { listImages } from "../image/list.ts";
import { ensureLayout } from "../image/layout.ts";
import { findUnneeded, findUnneededWithout } from "../image/sweep.ts";
import { readState } from "../store/state.ts";
import { containerFiles } from "./container_files.ts";
import { folderSize } from "./describe.ts";
import type { Engine } from "./engine.ts";
import { imageUse } from "./image_use.ts";
import { listContainers } from "./list.ts";

/** One kind of thing: how many there are, and their bytes. */
export interface DiskUse {
  total: number;
  /** images with a container, containers that run, volumes of a container */
  active: number;
  sizeBytes: number;
  /** what would be free without the others */
  reclaimableBytes: number;
}

/** Reads the size of every file of containers and volumes: on a slow disk that takes a while. */
export function diskUse(engine: Engine): { images: DiskUse; containers: DiskUse; volumes: DiskUse } {
  return { images: imagesUse(engine), containers: containersUse(engine), volumes: volumesUse(engine) };
}

/** Layers count once, however many images share them: packed and unpacked, as they are on the disk. */
function imagesUse({ paths }: Engine): DiskUse {
  ensureLayout(paths);
  const { usedBy, diffIDsInUse } = imageUse(paths);
  const images = listImages(paths);
  const unused = images.filter((image) => usedBy(image).length === 0);
  return {
    total: images.length,
    active: images.length - unused.length,
    sizeBytes: findUnneeded(paths, { manifests: [], diffIDsInUse: new Set() }).sizeBytes,
    // What another program has put into the store is in nobody's use here, and not ours to remove.
    reclaimableBytes: findUnneededWithout(paths, unused, diffIDsInUse()).sizeBytes,
  };
}

function containersUse(engine: Engine): DiskUse {
  const sized = listContainers(engine).map(({ status, record }) => ({
    isActive: status === "running" || status === "paused" || status === "restarting",
    sizeBytes: sizeIfThere(containerFiles(engine.paths, record.id).upper),
  }));
  return summed(sized);
}

function volumesUse({ paths }: Engine): DiskUse {
  const { containers, volumes } = readState(paths);
  const used = new Set(
    Object.values(containers).flatMap((record) =>
      containerMounts(record).filter(({ type }) => type === "volume").map(({ source }) => source)
    ),
  );
  return summed(
    Object.keys(volumes).map((name) => ({
      isActive: used.has(name),
      sizeBytes: sizeIfThere(`${paths.volumes}/${name}`),
    })),
  );
}

function summed(things: { isActive: boolean; sizeBytes: number }[]): DiskUse {
  const bytes = (some: typeof things) => some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    total: things.length,
    active: things.filter(({ isActive }) => isActive).length,
    sizeBytes: bytes(things),
    reclaimableBytes: bytes(things.filter(({ isActive }) => !isActive)),
  };
}

/** Containers go, and files in them, while they are counted. */
function sizeIfThere(folder: string): number {
  try {
    return folderSize(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
