/** Making a container: its image, its name, its record and its folder; nothing runs yet. */
import { parsePlatform, platformMatches } from "../../oci/platform.ts";
import { formatReference, parseReference } from "../../oci/reference.ts";
import { BudgieError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";
import { mergeExecutionConfig } from "../bundle/execution_config.ts";
import { anonymousVolumeTargets, containerMounts } from "../bundle/volume.ts";
import type { HostFacts } from "../bundle/host_facts.ts";
import { settleOptions } from "../bundle/settled_options.ts";
import { findImage } from "../image/find.ts";
import { holdImages } from "../image/in_use.ts";
import { layerDirectory } from "../image/layer_store.ts";
import type { StoredImage } from "../image/image.ts";
import type { OnPullEvent } from "../image/progress.ts";
import { findRuntime } from "../runtime/find.ts";
import type { ContainerOptions, ContainerRecord } from "../store/container.ts";
import { recordContainerEvent } from "../store/events.ts";
import type { Endpoint } from "../store/network.ts";
import { type State, transaction } from "../store/state.ts";
import { containerFiles } from "./container_files.ts";
import type { Engine } from "./engine.ts";
import { type ContainerLocks, tryBothLocks } from "./locks.ts";
import { checkName, makeName } from "./name.ts";
import type { NetworkHost } from "./network/default_network.ts";
import { addDnsDefaults } from "./network/dns_defaults.ts";
import { assignEndpoints } from "./network/endpoints.ts";
import { networkHost } from "./network/network_host.ts";
import { sharedNetworkOwner } from "./network/shared_network.ts";
import { randomId } from "./random_id.ts";
import { requireSecretsIfAsked } from "./secret/if_needed.ts";

export interface CreateContext {
  /** what a pull tells, if there is one */
  onEvent?: OnPullEvent;
  signal?: AbortSignal;
  /** read once for the whole command */
  host: HostFacts;
  /** is told what could not be had as it was asked for */
  onWarning?: (message: string) => void;
  /** running: it is about to be started */
  desired?: "running";
}

/** `locks` are the caller's to dispose of. */
export interface CreatedContainer {
  record: ContainerRecord;
  locks: ContainerLocks;
}

/**
 * Creates a container; the image is pulled first where the options say so.
 * @throws BudgieError when the name is taken or the image can't be had; nothing is left then
 */
export async function createContainer(
  engine: Engine,
  options: ContainerOptions,
  context: CreateContext,
): Promise<CreatedContainer> {
  const runtime = findRuntime(engine.runtime);
  settleOptions(options, context.host, context.onWarning);
  addDnsDefaults(options);
  if (options.name !== undefined) checkName(options.name);
  await requireSecretsIfAsked(engine, options);
  using _hold = await holdImages(engine.paths, { signal: context.signal }); // until the record names the layers
  const image = await obtainImage(engine, options, context);
  const id = randomId();
  mergeExecutionConfig(options, image.config); // throws when there is nothing to run
  const anonymousVolumes = anonymousVolumeTargets(options, image.config).map(randomId);
  const networks = options.network === "networks" ? await networkHost(context.onWarning) : undefined;
  const created = transaction(engine.paths, (state) => {
    const record: ContainerRecord = {
      id,
      name: options.name ?? makeName((name) => holderOf(state, name) !== undefined),
      createdAt: new Date().toISOString(),
      imageId: image.id,
      imageReference: referenceOf(options.image, image),
      image: { ...image.config, history: undefined },
      options,
      runtime,
      anonymousVolumes,
      endpoints: endpointsOf(state, options, networks),
      published: [],
      desired: context.desired ?? "stopped",
      starts: context.desired === "running" ? 1 : 0,
    };
    const holder = holderOf(state, record.name);
    if (holder) throw new NameTakenError(record.name, holder.id);
    state.containers[id] = record;
    noteVolumes(state, record);
    // Inside the transaction: recovery removes a folder without a record, and a container of --rm that nobody holds.
    Deno.mkdirSync(containerFiles(engine.paths, id).directory, { mode: 0o700 });
    return { record, locks: tryBothLocks(engine.paths, id)! };
  });
  recordContainerEvent(engine.paths, created.record, "create");
  return created;
}

/** Its addresses; whose network it shares is settled too. */
function endpointsOf(state: State, options: ContainerOptions, host: NetworkHost | undefined): Endpoint[] {
  if (options.network === "container") {
    options.networkContainer = sharedNetworkOwner(state, options.networkContainer ?? "");
  }
  return host ? assignEndpoints(state, options.networks, host) : [];
}

/** The container's volumes that nobody used before; their folders are made when it starts. */
function noteVolumes(state: State, record: ContainerRecord): void {
  for (const { type, source: name } of containerMounts(record)) {
    if (type !== "volume" || Object.hasOwn(state.volumes, name)) continue;
    state.volumes[name] = {
      name,
      createdAt: record.createdAt,
      anonymous: record.anonymousVolumes.includes(name),
    };
  }
}

/** Another container has the name. */
export class NameTakenError extends BudgieError {
  override name = "NameTakenError";

  constructor(wanted: string, holderId: string) {
    super(`Cannot take the name '${wanted}': container ${holderId.slice(0, 12)} has it`, {
      hint: `Remove that one with 'budgie rm ${wanted}', or choose another name`,
      exitCode: 125,
    });
  }
}

async function obtainImage(
  engine: Engine,
  options: ContainerOptions,
  context: CreateContext,
): Promise<StoredImage> {
  if (options.pull !== "always") {
    const found = findImage(engine.paths, options.image);
    if (found && fitsPlatform(found, options.platform) && isUnpacked(engine, found)) return found;
    if (found && options.platform !== undefined) {
      const { unpackPlatform } = await import("../image/unpack_platform.ts");
      const kept = await unpackPlatform(engine.paths, options.image, {
        ...context,
        platform: options.platform,
      });
      if (kept) return kept;
    }
    if (options.pull === "never") {
      const platform = found && options.platform ? ` for ${options.platform}` : "";
      const whole = found && !isUnpacked(engine, found) ? " in one piece" : "";
      throw new BudgieError(
        `Cannot use the image '${options.image}': it is not on this host${platform}${whole}`,
        {
          hint: `Pull it with 'budgie pull ${options.image}', or allow it with --pull missing`,
          exitCode: 125,
        },
      );
    }
  }
  const { pullImage } = await import("../image/pull.ts");
  const { registrySettings } = await import("../image/registry/settings.ts");
  return await pullImage(engine.paths, options.image, {
    platform: options.platform,
    registries: registrySettings(Deno.env),
    onEvent: context.onEvent,
    signal: context.signal,
  });
}

/** A power cut may have taken a layer's folder; a pull unpacks the stored blob again. */
function isUnpacked(engine: Engine, image: StoredImage): boolean {
  return image.diffIDs.every((diffID) => exists(layerDirectory(engine.paths, diffID)));
}

function fitsPlatform(image: StoredImage, wanted: string | undefined): boolean {
  return wanted === undefined || platformMatches(image.platform, parsePlatform(wanted));
}

/** The normalised reference, or the image's ID when the user gave that or the beginning of it. */
function referenceOf(wanted: string, image: StoredImage): string {
  if (/^sha256:|^[0-9a-f]{64}$/.test(wanted)) return image.id;
  const reference = formatReference(parseReference(wanted));
  const isId = image.id.startsWith(`sha256:${wanted}`) && !image.references.includes(reference);
  return isId ? image.id : reference;
}

function holderOf(state: State, name: string): ContainerRecord | undefined {
  return Object.values(state.containers).find((record) => record.name === name);
}
