/** An empty image store in a temporary folder, and pulls into it that fail fast. */
import "../../linux/inotify.ts"; // with the first that waits; a library that a test opens would be a leak
import { type StorePaths, storePaths } from "../../store/paths.ts";
import type { StoredImage } from "../image.ts";
import { pullImage, type PullOptions } from "../pull.ts";
import type { PullEvent } from "../progress.ts";
import type { RetryPolicy } from "../registry/retry.ts";
import { type RegistrySettings, registrySettings } from "../registry/settings.ts";

/** Retries that do not hold a test up. */
export const IMPATIENT: RetryPolicy = {
  attempts: 3,
  firstDelayMs: 1,
  maxDelayMs: 4,
  maxRetryAfterMs: 1_500,
  stallMs: 400,
};

/** A store and its pulls; gone when disposed of. */
export interface ImageStore extends AsyncDisposable {
  paths: StorePaths;
  /** nothing of this host's configuration */
  settings: RegistrySettings;
  /** of all pulls so far */
  events: PullEvent[];
  pull(reference: string, options?: Partial<PullOptions>): Promise<StoredImage>;
  /** what is left in the temporary folder */
  temporaries(): string[];
}

/** A new one in /var/tmp. */
export async function makeImageStore(): Promise<ImageStore> {
  // Not in a tmpfs: layers get xattrs and devices.
  const directory = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "budgie-images-" });
  const env = new Map([["BUDGIE_DATA_DIR", `${directory}/data`], ["HOME", directory]]);
  const paths = storePaths(env);
  const settings = { ...registrySettings(env), certificatesDirectory: `${directory}/certs.d` };
  const events: PullEvent[] = [];
  return {
    paths,
    settings,
    events,
    pull: (reference, options = {}) =>
      pullImage(paths, reference, {
        registries: settings,
        retry: IMPATIENT,
        onEvent: (event) => events.push(event),
        ...options,
      }),
    temporaries: () => Array.from(Deno.readDirSync(paths.temporary), ({ name }) => name),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}
