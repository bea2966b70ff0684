/** Images as rows of `images`: one for each name, in docker's words. */
import { familiarName, parseReference } from "../../../oci/reference.ts";
import { formatDecimalSize } from "../../base/units.ts";
import type { StoredImage } from "../../image/image.ts";
import { formatAgo, formatLocalTime } from "../output/time.ts";

const SHORT_ID = 12;
const NONE = "<none>";

/** Titles of the columns, and of every field in `--format 'table …'`. */
export const IMAGE_HEADERS = {
  ID: "IMAGE ID",
  Repository: "REPOSITORY",
  Tag: "TAG",
  Digest: "DIGEST",
  CreatedSince: "CREATED",
  CreatedAt: "CREATED AT",
  Size: "SIZE",
  VirtualSize: "SIZE",
  Containers: "CONTAINERS",
};

/** One name of an image: `nginx`, `1.27`. Either may be `<none>`. */
export interface ImageName {
  repository: string;
  tag: string;
  digest: string;
}

/** Every name that the image has, or one without a name. */
export function namesOf({ references, repoDigests }: StoredImage): ImageName[] {
  const digests = new Map(repoDigests.map((text) => {
    const reference = parseReference(text);
    return [familiarName(reference), reference.digest as string];
  }));
  const tagged = references.map((text) => {
    const reference = parseReference(text);
    const repository = familiarName(reference);
    return { repository, tag: reference.tag ?? NONE, digest: digests.get(repository) ?? NONE };
  });
  const repositories = new Set(tagged.map(({ repository }) => repository));
  const untagged = [...digests].filter(([repository]) => !repositories.has(repository))
    .map(([repository, digest]) => ({ repository, tag: NONE, digest }));
  const names = [...tagged, ...untagged];
  return names.length > 0 ? names : [{ repository: NONE, tag: NONE, digest: NONE }];
}

/** @param options.containers how many were made from the image */
export function imageRow(
  image: StoredImage,
  name: ImageName,
  options: { now: number; truncate: boolean; containers: number },
) {
  const created = image.createdAt;
  const size = formatDecimalSize(image.sizeBytes);
  return {
    ID: options.truncate ? image.id.slice("sha256:".length).slice(0, SHORT_ID) : image.id,
    Repository: name.repository,
    Tag: name.tag,
    Digest: name.digest,
    CreatedSince: created ? formatAgo(created, options.now) : "N/A",
    CreatedAt: created ? formatLocalTime(created) : "N/A",
    Size: size,
    VirtualSize: size,
    Containers: String(options.containers),
  };
}
