import { EnvFileError, parseEnvFile } from "../../base/env_file.ts";
import { resolveHostPath } from "../../base/host_path.ts";
import { readTextFile, TextFileError } from "../../base/text_file.ts";
import { oneOrList, transform } from "../../yaml/types/collection.ts";
import { text } from "../../yaml/types/scalar.ts";
import type { Type } from "../../yaml/types/type.ts";

/** A file of environment variables, read. */
export interface EnvFile {
  /** absolute */
  path: string;
  variables: Record<string, string>;
}

/** The files are read at once, so that what is wrong in them is reported with all the rest. */
export const envFiles: Type<EnvFile[]> = oneOrList(
  transform(text("the path of a file", /^[^\0]+$/), (written, place, node) => {
    const { context } = place;
    const path = resolveHostPath(written, context);
    try {
      return { path, variables: parseEnvFile(readTextFile(path), { path, env: context.env }) };
    } catch (error) {
      if (error instanceof TextFileError) return place.forbid(node, error.reason);
      if (!(error instanceof EnvFileError)) throw error;
      context.problems.addAll(error.problems);
    }
  }),
  { of: "paths" },
);
