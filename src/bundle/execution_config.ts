/** What runs in a container: the image's configuration under the user's words, by docker's rules. */
import type { ExecutionConfig, ImageConfig } from "../../oci/image.ts";
import { UsageError } from "../base/errors.ts";
import type { ContainerOptions } from "../store/container.ts";

/** Docker's search path for images that set none. */
const DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The image's configuration with the options merged in; `args` is the whole command line. */
export type MergedConfig = ExecutionConfig & { args: string[] };

/**
 * Options win over the image; an entrypoint given by the user drops the image's Cmd too, as docker does.
 * @throws UsageError when nothing is left to run
 */
export function mergeExecutionConfig(options: ContainerOptions, image: ImageConfig): MergedConfig {
  const config = image.config ?? {};
  const Entrypoint = options.entrypoint ?? config.Entrypoint ?? [];
  const imageCmd = options.entrypoint ? [] : config.Cmd ?? [];
  const Cmd = options.command?.length ? options.command : imageCmd;
  const args = [...Entrypoint, ...Cmd];
  if (args.length === 0) {
    throw new UsageError(`Cannot run '${options.image}': no command specified`, {
      hint: "The image names no command of its own: write one after the image",
    });
  }
  return {
    ...config,
    args,
    Entrypoint,
    Cmd,
    Env: mergeEnvironment(options.environment, config.Env ?? []),
    WorkingDir: options.workdir ?? (config.WorkingDir || "/"),
    User: options.user ?? config.User ?? "",
    Labels: { ...config.Labels, ...options.labels },
    StopSignal: options.stopSignal ?? config.StopSignal,
  };
}

// The user's last word on a name counts; then the image's for the names that are left.
function mergeEnvironment(user: readonly string[], image: readonly string[]): string[] {
  const merged = new Map<string, string>();
  for (const variable of user) merged.set(nameOf(variable), variable);
  for (const variable of [...image, DEFAULT_PATH]) {
    const name = nameOf(variable);
    if (!merged.has(name)) merged.set(name, variable);
  }
  return [...merged.values()];
}

/** The part before `=`. */
export function nameOf(variable: string): string {
  const end = variable.indexOf("=");
  return end === -1 ? variable : variable.slice(0, end);
}
