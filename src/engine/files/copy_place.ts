/** Where a copy goes: docker's rules for `cp` ("docker container cp", which are those of cp(1) -a). */
import { BudgieError } from "../../base/errors.ts";

/** What is copied. */
export interface CopySource {
  /** as the user wrote it, for errors */
  shown: string;
  isDirectory: boolean;
  /** the last component of its path; "" for the root directory */
  name: string;
}

/** Where to. */
export interface CopyTarget {
  shown: string;
  kind: "directory" | "other" | "missing";
}

/** `inside`: in the target, which is a folder. Otherwise the copy becomes the target, of the source's kind. */
export type CopyPlace = { inside: true; name: string } | { inside: false };

/**
 * A name of "" inside of a folder stands for what is in the source, and not the source itself.
 * @throws BudgieError where docker refuses
 */
export function placeCopy(source: CopySource, target: CopyTarget): CopyPlace {
  if (!source.isDirectory && meansDirectory(source.shown)) {
    throw copyError(source.shown, "it is not a directory");
  }
  if (target.kind === "directory") {
    return { inside: true, name: meansContents(source.shown) ? "" : source.name };
  }
  if (target.kind === "other" && source.isDirectory) {
    throw copyError(source.shown, `it is a directory, and '${target.shown}' is not`);
  }
  if (!source.isDirectory && meansDirectory(target.shown)) {
    throw copyError(
      source.shown,
      target.kind === "other"
        ? `'${target.shown}' is not a directory`
        : `there is no directory '${target.shown}'`,
    );
  }
  return { inside: false };
}

/** A slash at the end, or `/.`: the path says that it is one. */
export function meansDirectory(path: string): boolean {
  return path.endsWith("/") || meansContents(path);
}

/** `/.` at the end: what is in the folder, and not the folder. */
export function meansContents(path: string): boolean {
  return path === "." || path.endsWith("/.") || path.endsWith(":.");
}

/** Why `shown` can't be copied. */
export function copyError(shown: string, reason: string, cause?: unknown): BudgieError {
  return new BudgieError(`Cannot copy '${shown}': ${reason}`, { cause });
}
