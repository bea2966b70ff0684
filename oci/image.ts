/** The shapes of images on the wire and on disk (OCI image-spec v1.1). Fields keep the specification's spelling. */
import type { Digest } from "./digest.ts";

/** image-spec descriptor.md: how one piece of content refers to another. */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  /** Bytes of the content. */
  size: number;
  platform?: Platform;
  annotations?: Record<string, string>;
}

/** image-spec image-index.md, "platform". */
export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
  "os.version"?: string;
}

/** image-spec manifest.md. */
export interface Manifest {
  schemaVersion: 2;
  mediaType?: string;
  config: Descriptor;
  layers: Descriptor[];
  annotations?: Record<string, string>;
}

/** image-spec image-index.md. */
export interface ImageIndex {
  schemaVersion: 2;
  mediaType?: string;
  manifests: Descriptor[];
  annotations?: Record<string, string>;
}

/** image-spec config.md: the image's own configuration, and docker's additions to it. */
export interface ImageConfig {
  created?: string;
  author?: string;
  architecture: string;
  os: string;
  variant?: string;
  config?: ExecutionConfig;
  rootfs: { type: "layers"; diff_ids: Digest[] };
  history?: HistoryEntry[];
}

/** image-spec config.md, "history": how one layer, or an empty step, came to be. */
export interface HistoryEntry {
  created?: string;
  created_by?: string;
  author?: string;
  comment?: string;
  empty_layer?: boolean;
}

/** image-spec config.md, "config": defaults for a container made from the image. */
export interface ExecutionConfig {
  User?: string;
  ExposedPorts?: Record<string, object>;
  /** `NAME=value` */
  Env?: string[];
  Entrypoint?: string[] | null;
  Cmd?: string[] | null;
  Volumes?: Record<string, object> | null;
  WorkingDir?: string;
  Labels?: Record<string, string> | null;
  StopSignal?: string;
  /** Docker's, not OCI's: durations in nanoseconds. */
  Healthcheck?: ImageHealthcheck;
  Shell?: string[];
}

/** Docker image-spec v1.2, "Healthcheck": `Test` is ["NONE"], ["CMD", …] or ["CMD-SHELL", command]. */
export interface ImageHealthcheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}
