/** The filters of `images` and `image prune`. */
import { familiarName, formatReference, parseReference } from "../../../oci/reference.ts";
import { BudgieError, NotFoundError } from "../../base/errors.ts";
import type { StoredImage } from "../../image/image.ts";
import { ZERO_TIME } from "../output/time.ts";
import { booleanValue, labelTest, parseFilters, type Test } from "./filter.ts";
import { pruneFilter } from "./prune_filter.ts";

/** @throws BudgieError for an unknown key or a value that makes no sense */
export function imageFilter(
  filters: readonly string[],
  find: (name: string) => StoredImage | undefined,
): Test<StoredImage> {
  const createdAt = (name: string) => {
    const image = find(name);
    if (!image) throw new NotFoundError("image", name);
    return image.createdAt ?? "";
  };
  return parseFilters<StoredImage>(filters, {
    dangling: (value) => {
      const dangling = booleanValue("dangling", value);
      return ({ references }) => (references.length === 0) === dangling;
    },
    label: labelTest(({ config }) => config.config?.Labels ?? {}),
    before: (value) => {
      const time = Date.parse(createdAt(value));
      return (image) => Date.parse(image.createdAt ?? "") < time;
    },
    since: (value) => {
      const time = Date.parse(createdAt(value));
      return (image) => Date.parse(image.createdAt ?? "") > time;
    },
    reference: (value) => {
      const matches = referencePattern(value);
      return ({ references }) => references.some(matches);
    },
  });
}

/** An image that does not say when it was made is older than any time. @param now in milliseconds */
export function imagePruneFilter(filters: readonly string[], now: number): Test<StoredImage> {
  return pruneFilter<StoredImage>(filters, {
    now,
    createdAt: ({ createdAt }) => createdAt ?? ZERO_TIME,
    labels: ({ config }) => config.config?.Labels ?? {},
  });
}

/**
 * Whether a whole reference fits a pattern: `nginx`, `nginx:1.*`, `docker.io/library/*`. `*` and `?` stop at
 * slashes (Go's path.Match).
 */
export function referencePattern(pattern: string): (reference: string) => boolean {
  const regex = new RegExp(`^${globSource(pattern)}$`);
  return (text) => {
    const reference = parseReference(text);
    const familiar = familiarName(reference);
    const whole = `${reference.registry}/${reference.repository}`;
    return [familiar, `${familiar}:${reference.tag}`, whole, formatReference(reference)].some((name) =>
      regex.test(name)
    );
  };
}

function globSource(pattern: string): string {
  const source = pattern.replace(/\[!?[^\]/]*\]|[\s\S]/g, (part) => {
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.length > 1) return part.replace(/^\[!/, "[^").replaceAll("\\", "\\\\");
    return part.replace(/[.+^${}()|[\]\\]/, "\\$&");
  });
  try {
    new RegExp(source);
    return source;
  } catch {
    throw new BudgieError(`Cannot filter by 'reference=${pattern}': it is not a pattern`);
  }
}

/** The images with a name like one of the patterns, with only those of their names. */
export function withNamesLike(images: StoredImage[], patterns: string[]): StoredImage[] {
  const tests = patterns.map(referencePattern);
  const matches = (reference: string) => tests.some((test) => test(reference));
  return images
    .map((image) => ({ ...image, references: image.references.filter(matches), repoDigests: [] }))
    .filter(({ references }) => references.length > 0);
}
