/** What is measured on: a file system of its own, a registry, podman with a configuration of its own. */
import { type LayoutImage, writeLayout } from "../../tests/fixture/layout.ts";
import { testImages } from "../../tests/fixture/images.ts";
import { runOk } from "../../tests/fixture/process.ts";
import { type Registry, startRegistry } from "../../tests/fixture/registry.ts";
import { tar, type TarEntry } from "../../tests/fixture/tar.ts";
import { fetchDenort } from "../denort.ts";
import { ROOT } from "../root.ts";

export interface Rig extends AsyncDisposable {
  /** on a fresh ext4 with a journal: results on a file system in use depend on its history */
  directory: string;
  registry: Registry;
  /** for all programs that are measured */
  env: Record<string, string>;
  /** a compiled Deno program that does nothing */
  empty: string;
}

/** Room for the images, three times unpacked. A sparse file: only what is used takes space. */
const DISK_SIZE = "16G";

/** What a measurement needs beside busybox: 100 MB in one layer, or 400 MB in 20,000 files and four layers. */
export type Image = "medium" | "large";

export async function openRig(images: readonly Image[] = []): Promise<Rig> {
  await using undo = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "budgie-bench-" });
  undo.defer(() => Deno.remove(directory, { recursive: true }));
  const disk = `${directory}.ext4`;
  undo.defer(() => Deno.remove(disk));
  await runOk(["truncate", `--size=${DISK_SIZE}`, disk]);
  await runOk(["mkfs.ext4", "-q", disk]);
  await runOk(["mount", "-o", "loop", disk, directory]);
  undo.defer(async () => {
    await runOk(["umount", "--recursive", directory]);
  });
  const registry = undo.use(await startRegistry({ storage: `${directory}/registry` }));
  const env = await configure(directory, registry.address);
  await pushImages(directory, registry, images);
  const empty = await compileEmpty(directory);
  const owned = undo.move();
  return { directory, registry, env, empty, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Neither program reads or writes the machine's own settings and images. */
async function configure(directory: string, registry: string): Promise<Record<string, string>> {
  const file = async (name: string, lines: string[]) => {
    await Deno.writeTextFile(`${directory}/${name}`, lines.join("\n") + "\n");
    return `${directory}/${name}`;
  };
  return {
    HOME: directory,
    BUDGIE_DATA_DIR: `${directory}/budgie`,
    BUDGIE_RUN_DIR: `${directory}/budgie-run`,
    CONTAINERS_CONF: await file("containers.conf", [
      // Limits that need no capability which some virtual machines lack.
      "[containers]",
      'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
      "[engine]",
      'cgroup_manager = "cgroupfs"',
      'runtime = "runc"',
      'events_logger = "file"',
      "[network]",
      'network_backend = "netavark"',
      `network_config_dir = "${directory}/podman-networks"`,
    ]),
    CONTAINERS_STORAGE_CONF: await file("storage.conf", [
      "[storage]",
      'driver = "overlay"',
      `graphroot = "${directory}/podman"`,
      `runroot = "${directory}/podman-run"`,
    ]),
    CONTAINERS_REGISTRIES_CONF: await file("registries.conf", [
      "[[registry]]",
      `location = "${registry}"`,
      "insecure = true",
    ]),
  };
}

const MADE: Record<Image, () => LayoutImage> = {
  medium: () => ({ layers: [files("m", 2_000, 50_000)] }),
  large: () => ({ layers: [1, 2, 3, 4].map((layer) => files(`l${layer}`, 5_000, 20_000)) }),
};

async function pushImages(directory: string, registry: Registry, images: readonly Image[]): Promise<void> {
  const { layouts } = await testImages();
  await registry.push(`oci:${layouts}/busybox:latest`, "busybox:latest");
  for (const name of images) {
    await writeLayout(`${directory}/layout-${name}`, [MADE[name]()]);
    await registry.push(`oci:${directory}/layout-${name}:latest`, `${name}:latest`);
    await Deno.remove(`${directory}/layout-${name}`, { recursive: true });
  }
}

/** Files that compress to about the half, as programs do: every second 256 bytes are noise. */
function files(prefix: string, count: number, sizeBytes: number): Uint8Array {
  const entries: TarEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 100 === 0) entries.push({ name: `${prefix}-${i / 100}/` });
    const content = new Uint8Array(sizeBytes).fill(i & 0xff);
    for (let at = 0; at + 256 <= sizeBytes; at += 512) crypto.getRandomValues(content.subarray(at, at + 256));
    entries.push({ name: `${prefix}-${Math.floor(i / 100)}/file-${i}`, content });
  }
  return tar(entries);
}

async function compileEmpty(directory: string): Promise<string> {
  await Deno.writeTextFile(`${directory}/empty.js`, "");
  const env: Record<string, string> = {};
  if (!Deno.env.has("DENORT_BIN")) {
    env.DENORT_BIN = await fetchDenort(Deno.build.arch, `${ROOT}/.tools/denort`);
  }
  const args = ["compile", "--quiet", "--no-check", "-A", "--no-config", "-o", `${directory}/empty`];
  await runOk([Deno.execPath(), ...args, `${directory}/empty.js`], { env });
  return `${directory}/empty`;
}
