/** Content that is not what its name promises. */
import { BudgieError } from "../base/errors.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";

const HINT = "What came was changed or cut on the way, or the registry is damaged; nothing of it was kept";

/** The registry, a mirror, something on the way or our own disk gave other bytes. Nothing of it is kept. */
export abstract class ContentMismatchError extends BudgieError {}

/** The bytes are not those that the digest stands for. */
export class DigestMismatchError extends ContentMismatchError {
  override name = "DigestMismatchError";

  constructor(readonly what: string, readonly expected: Digest, readonly found: Digest) {
    super(`Cannot use ${what}: its digest is ${found} instead of ${expected}`, { hint: HINT });
  }
}

/** @throws DigestMismatchError */
export function verifyDigest(bytes: Uint8Array, digest: Digest, what: string): void {
  const found = digestOf(bytes);
  if (found !== digest) throw new DigestMismatchError(what, digest, found);
}

/** There are more or fewer bytes than the manifest gives. */
export class SizeMismatchError extends ContentMismatchError {
  override name = "SizeMismatchError";

  constructor(readonly what: string, readonly expectedBytes: number, readonly foundBytes: number) {
    const found = foundBytes > expectedBytes ? "more" : foundBytes;
    super(
      `Cannot use ${what}: it has ${found} bytes ${
        foundBytes > expectedBytes ? "than" : "instead of"
      } ${expectedBytes}`,
      { hint: HINT },
    );
  }
}

/** A layer unpacked to something else than the image's configuration says. */
export class DiffIDMismatchError extends BudgieError {
  override name = "DiffIDMismatchError";

  constructor(readonly what: string, readonly expected: Digest, readonly found: Digest) {
    super(`Cannot use ${what}: it unpacks to diffID ${found} instead of ${expected}`, {
      hint: "The image is broken: its configuration does not belong to its layers",
    });
  }
}
