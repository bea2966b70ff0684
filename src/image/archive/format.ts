/** What archives of images have in common: docker's `manifest.json`, and names in an OCI index. */

/** One image in `manifest.json` (docker image-spec v1.2, "Combined Image JSON + Filesystem Changeset Format"). */
export interface ArchivedImage {
  /** names of files in the archive */
  Config: string;
  Layers: string[];
  /** as a user writes them: `nginx:latest` */
  RepoTags?: string[] | null;
}

/** image-spec annotations.md: a tag, or a whole name. */
export const REF_NAME = "org.opencontainers.image.ref.name";
/** containerd's, which docker and podman know too: always a whole name. */
export const CONTAINERD_NAME = "io.containerd.image.name";
