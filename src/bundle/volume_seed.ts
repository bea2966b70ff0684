/** Filling an empty volume with what the image has at its place. */
import { BudgieError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";
import type { RootedDirectory } from "../linux/rooted_directory.ts";
import { waitForLock } from "../store/lock.ts";
import type { StorePaths } from "../store/paths.ts";

/**
 * Copies the image's files at `target` into the volume `name`, if that is empty: docker's rule. Owner, mode, times
 * and extended attributes are kept, and symlinks are copied as they are.
 *
 * @throws BudgieError when they can't be copied; a later call begins again
 */
export async function seedVolume(
  rootfs: RootedDirectory,
  paths: Pick<StorePaths, "volumes" | "locks">,
  { name, target }: { name: string; target: string },
): Promise<void> {
  const found = rootfs.find(target);
  if (!found?.info.isDirectory) return;
  const directory = `${paths.volumes}/${name}`;
  // Stays when the copying is killed: what is in the volume then is not all of it.
  const unfinished = `${directory}/unfinished`;
  if (!isEmpty(`${directory}/_data`) && !exists(unfinished)) return;

  using _lock = await waitForLock(`${paths.locks}/volume-${name}`); // somebody else may be at it
  if (!isEmpty(`${directory}/_data`) && !exists(unfinished)) return;
  Deno.writeTextFileSync(unfinished, "");
  await copyTree(rootfs.hostPath(found.path), `${directory}/_data`, target);
  Deno.removeSync(unfinished);
}

async function copyTree(source: string, destination: string, target: string): Promise<void> {
  const { code, stderr } = await new Deno.Command("cp", {
    args: ["--archive", "--reflink=auto", "--no-target-directory", "--", source, destination],
    env: { LC_ALL: "C" },
  }).output();
  if (code === 0) return;
  throw new BudgieError(
    `Cannot fill the volume for '${target}': ${new TextDecoder().decode(stderr).trim()}`,
    {
      exitCode: 125,
    },
  );
}

function isEmpty(directory: string): boolean {
  for (const _ of Deno.readDirSync(directory)) return false;
  return true;
}
