/** What a further process in a container is: the container's own, with the user's changes. */
import type { SpecProcess } from "../../../oci/runtime_spec.ts";
import { nameOf } from "../../bundle/execution_config.ts";
import { capabilitySets, grantedCapabilities } from "../../bundle/capabilities.ts";
import { hostFacts } from "../../bundle/host_facts.ts";
import { formatSpec } from "../../bundle/spec_json.ts";
import { resolveUser } from "../../bundle/user.ts";
import { containerFiles } from "../container_files.ts";
import type { Engine } from "../engine.ts";
import { secretBundle } from "../secret/if_needed.ts";
import type { ContainerView } from "../view.ts";

export interface ProcessOptions {
  command: string[];
  /** `NAME=value`, over the container's own */
  environment: string[];
  /** absolute, in the container; undefined: the container's own */
  workdir?: string;
  /** `user[:group]`; undefined: the container's own */
  user?: string;
  tty: boolean;
  privileged: boolean;
}

/**
 * Writes a process.json. In a file, not in flags: other users' `ps` shows flags, and the environment may hold a
 * password.
 * @throws BudgieError for a user that the container's files do not know
 */
export function writeProcessFile(
  engine: Engine,
  view: ContainerView,
  options: ProcessOptions & { path: string },
): void {
  Deno.writeTextFileSync(options.path, formatSpec(execProcess(engine, view, options)), { mode: 0o600 });
}

function execProcess(engine: Engine, view: ContainerView, options: ProcessOptions): SpecProcess {
  const files = containerFiles(engine.paths, view.record.id);
  const bundle = secretBundle(engine.paths, view.record.id); // with its secret variables
  const spec = bundle === undefined ? files.spec : `${bundle}/config.json`;
  const own: SpecProcess = JSON.parse(Deno.readTextFileSync(spec)).process;
  const changed = new Set(options.environment.map(nameOf));
  const environment = [
    ...own.env.filter((variable) => !changed.has(nameOf(variable))),
    ...options.environment,
  ];
  const hasTerm = environment.some((variable) => nameOf(variable) === "TERM");
  return {
    ...own,
    args: options.command,
    env: options.tty && !hasTerm ? [...environment, "TERM=xterm"] : environment,
    cwd: options.workdir ?? own.cwd,
    terminal: options.tty,
    consoleSize: undefined,
    ...execIdentity(files.merged, own, options),
  };
}

function execIdentity(rootfs: string, own: SpecProcess, options: ProcessOptions): Partial<SpecProcess> {
  const user = options.user === undefined ? own.user : resolveUser(rootfs, options.user, []);
  const bounding = options.privileged
    ? grantedCapabilities({ add: [], drop: [], privileged: true }, hostFacts().capabilities)
    : own.capabilities?.bounding ?? [];
  return {
    user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids },
    capabilities: capabilitySets(bounding, user.uid),
  };
}
