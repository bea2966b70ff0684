/** Letting images go by the keep policy: now, when images have come or gone, and every now and then. */
import { hexOf } from "../../oci/digest.ts";
import { familiarReference, parseReference } from "../../oci/reference.ts";
import { Bell } from "../base/bell.ts";
import { sleep } from "../base/sleep.ts";
import type { Engine } from "../engine/engine.ts";
import { applyKeepPolicy, type ImagesLetGo, type KeepPolicy, keepPolicy } from "../engine/keep_images.ts";
import { CHANGES, watchFile } from "../linux/inotify.ts";

/** Images grow old slowly. */
const INTERVAL_MS = 3_600_000;
/** Somebody was pulling. */
const RETRY_MS = 60_000;
/** A pull has a few more things to do after it has named its image. */
const SETTLE_MS = 1_000;

export interface KeepOptions {
  log: (line: string) => void;
  signal: AbortSignal;
}

/** Does nothing where the configuration has no policy. Ends with the signal. */
export async function keepImages(engine: Engine, options: KeepOptions): Promise<void> {
  try {
    const policy = keepPolicy();
    if (policy) await keepBy(policy, engine, options);
  } catch (error) {
    options.log((error as Error).message);
  }
}

async function keepBy(policy: KeepPolicy, engine: Engine, { log, signal }: KeepOptions): Promise<void> {
  const { images } = engine.paths;
  const bell = new Bell();
  Deno.mkdirSync(images, { recursive: true, mode: 0o700 });
  await using _watch = watchFile(images, CHANGES, (name) => {
    // What is written beside it on a full disk, and fails, would ring for ever.
    if (!name || name === "index.json") bell.ring();
  });
  signal.addEventListener("abort", () => bell.ring());
  while (!signal.aborted) {
    const { rings } = bell;
    const waitMs = await apply(policy, engine, log);
    await bell.after(rings, waitMs);
    await sleep(SETTLE_MS, signal).catch(() => {});
  }
}

/** @returns when to try again, in milliseconds */
async function apply(policy: KeepPolicy, engine: Engine, log: (line: string) => void): Promise<number> {
  try {
    const gone = await applyKeepPolicy(engine, policy);
    for (const image of gone?.images ?? []) log(farewell(image));
    return gone ? INTERVAL_MS : RETRY_MS;
  } catch (error) {
    log(`Cannot apply the keep policy of images: ${(error as Error).message}`);
    return INTERVAL_MS;
  }
}

function farewell({ id, references, lastUseMs }: ImagesLetGo["images"][number]): string {
  const names = references.map((name) => `${familiarReference(parseReference(name))} `).join("");
  return `image ${names}${hexOf(id).slice(0, 12)} removed: unused since ${new Date(lastUseMs).toISOString()}`;
}
