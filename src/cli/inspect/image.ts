/** An image as docker's `image inspect` shows it. */
import { familiarReference, parseReference } from "../../../oci/reference.ts";
import { goMap } from "../../base/template/value.ts";
import type { StoredImage } from "../../image/image.ts";
import { ZERO_TIME } from "../output/time.ts";

/** Plain JSON in the spelling of docker's API ("ImageInspect"). */
export function inspectImage(image: StoredImage) {
  const { config } = image;
  const execution = config.config ?? {};
  return {
    Id: image.id,
    RepoTags: image.references.map(familiar),
    RepoDigests: image.repoDigests.map(familiar),
    Parent: "",
    Comment: config.history?.at(-1)?.comment ?? "",
    Created: image.createdAt ?? ZERO_TIME,
    Author: config.author ?? "",
    Architecture: config.architecture,
    Variant: config.variant,
    Os: config.os,
    Size: image.sizeBytes,
    RootFS: { Type: "layers", Layers: image.diffIDs },
    Metadata: { LastTagTime: ZERO_TIME },
    Config: {
      User: execution.User ?? "",
      ExposedPorts: execution.ExposedPorts && goMap(execution.ExposedPorts),
      Env: execution.Env ?? [],
      Cmd: execution.Cmd ?? null,
      Healthcheck: execution.Healthcheck,
      Volumes: execution.Volumes ? goMap(execution.Volumes) : null,
      WorkingDir: execution.WorkingDir ?? "",
      Entrypoint: execution.Entrypoint ?? null,
      Labels: goMap(execution.Labels ?? {}),
      StopSignal: execution.StopSignal,
      Shell: execution.Shell,
    },
    Descriptor: { digest: image.manifestDigest },
  };
}

function familiar(reference: string): string {
  return familiarReference(parseReference(reference));
}
