/** Paths of the host, as people write them in files. */
import { resolve } from "node:path/posix";

/** Where paths start from. */
export interface PathOrigin {
  /** folder of the file, absolute */
  directory: string;
  env: Readonly<Record<string, string>>;
}

/**
 * Whether a volume's source is a path: `/…`, `.`, `./…`, `../…`, `~`, `~/…`. Anything else is the name of a
 * volume, so that `data` never means a folder by accident.
 */
export function isHostPath(text: string): boolean {
  return /^(\/|\.\.?(\/|$)|~(\/|$))/.test(text);
}

/** Absolute, without `.` and `..`. Relative to the file; `~` is HOME. Links are not followed. */
export function resolveHostPath(text: string, { directory, env }: PathOrigin): string {
  const home = /^~(?=\/|$)/;
  return home.test(text)
    ? resolve(directory, text.replace(home, () => env.HOME ?? "/root"))
    : resolve(directory, text);
}
