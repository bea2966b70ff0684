/** A container and an image for the tests of listings and of inspect. */
import { digestOf } from "../../../oci/digest.ts";
import { NO_OPTIONS } from "../../bundle/testing/no_options.ts";
import type { ContainerView } from "../../engine/view.ts";
import type { StoredImage } from "../../image/image.ts";
import type { ContainerOptions, ContainerRecord } from "../../store/container.ts";

/** 2026-01-02T12:00:00Z, in milliseconds: a minute or more after what happened to the samples. */
export const NOW = Date.UTC(2026, 0, 2, 12);

/** A running container, and what is different about it. */
export function sampleView(
  view: Partial<ContainerView> = {},
  record: Partial<ContainerRecord> = {},
  options: Partial<ContainerOptions> = {},
): ContainerView {
  return {
    status: "running",
    pid: 42,
    exitCode: 0,
    oomKilled: false,
    restartCount: 0,
    startedAt: "2026-01-02T11:57:00Z",
    ...view,
    record: {
      id: "0123456789ab".padEnd(64, "c"),
      name: "web",
      createdAt: "2026-01-02T11:56:00Z",
      imageId: digestOf("config"),
      imageReference: "docker.io/library/bb:latest",
      image: {
        architecture: "amd64",
        os: "linux",
        config: {
          Cmd: ["sh", "-c", "while true; do sleep 1; done"],
          Labels: { tier: "image", from: "image" },
        },
        rootfs: { type: "layers", diff_ids: [digestOf("base"), digestOf("top")] },
      },
      runtime: "/usr/bin/crun",
      anonymousVolumes: [],
      endpoints: [],
      published: [],
      desired: "running",
      starts: 1,
      ...record,
      options: { ...NO_OPTIONS, image: "bb", ...options },
    },
  };
}

/** An image with two names, and what is different about it. */
export function sampleImage(image: Partial<StoredImage> = {}): StoredImage {
  return {
    id: digestOf("config"),
    manifestDigest: digestOf("manifest"),
    references: ["docker.io/library/bb:latest", "registry.example:5000/web:1"],
    repoDigests: [`docker.io/library/bb@${digestOf("manifest")}`],
    config: {
      architecture: "amd64",
      os: "linux",
      config: { Cmd: ["sh"], Labels: { tier: "front" } },
      rootfs: { type: "layers", diff_ids: [digestOf("base")] },
    },
    platform: { os: "linux", architecture: "amd64" },
    createdAt: "2026-01-01T12:00:00Z",
    sizeBytes: 1_980_000,
    diffIDs: [digestOf("base")],
    ...image,
  };
}
