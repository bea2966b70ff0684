/** Which OCI runtime to use. */
import { BudgieError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";

/** Where Debian, Fedora, Alpine and hand installs put runc and crun; root's PATH under cron lacks some. */
const FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/**
 * The absolute path of the runtime.
 *
 * @param wanted `auto`, `crun`, `runc` or a path. `auto` prefers crun (it starts in half the time), but
 * not on hosts with hybrid cgroups, which crun refuses.
 * @throws BudgieError when it is not installed
 */
export function findRuntime(
  wanted = "auto",
  host: { hybridCgroups: boolean; path?: string } = observeHost(),
): string {
  if (wanted.includes("/")) {
    if (isExecutable(wanted)) return wanted;
    throw new BudgieError(`Cannot use the runtime '${wanted}': there is no such program`, {
      hint: "Set BUDGIE_RUNTIME to auto, crun, runc or a path",
      exitCode: 125,
    });
  }
  const names = wanted !== "auto" ? [wanted] : host.hybridCgroups ? ["runc", "crun"] : ["crun", "runc"];
  const folders = [...(host.path ?? "").split(":").filter((folder) => folder.startsWith("/")), ...FOLDERS];
  for (const name of names) {
    const found = folders.map((folder) => `${folder}/${name}`).find(isExecutable);
    if (found) return found;
  }
  throw new BudgieError(
    `Cannot run containers: ${names.join(" and ")} ${names.length > 1 ? "are" : "is"} not installed`,
    {
      hint: "Install one: apt-get install crun",
      exitCode: 125,
    },
  );
}

/** Hybrid: the controllers are cgroup v1, and a v2 tree without controllers is mounted beside them. */
function observeHost(): { hybridCgroups: boolean; path?: string } {
  return { hybridCgroups: exists("/sys/fs/cgroup/unified/cgroup.procs"), path: Deno.env.get("PATH") };
}

function isExecutable(path: string): boolean {
  try {
    const info = Deno.statSync(path);
    return info.isFile && ((info.mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}
