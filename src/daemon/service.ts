/** The daemon as a service of systemd: it is there from boot on, and comes back when it is killed. */
import { BudgieError } from "../base/errors.ts";
import { exists } from "../base/optional_file.ts";

const UNIT_FILE = "/etc/systemd/system/budgie.service";
/** Made by systemd when it is the host's init (sd_booted(3)). */
const BOOTED_WITH_SYSTEMD = "/run/systemd/system";
const OPENRC = "/run/openrc";

/** How this host brings up services. */
export function initSystem(root = ""): "systemd" | "openrc" | "other" {
  if (exists(`${root}${BOOTED_WITH_SYSTEMD}`)) return "systemd";
  return exists(`${root}${OPENRC}`) ? "openrc" : "other";
}

export function serviceIsInstalled(): boolean {
  return initSystem() === "systemd" && exists(UNIT_FILE);
}

/** @throws BudgieError with what systemctl said */
export async function startService(): Promise<void> {
  await systemctl("start", "budgie.service");
}

/** Until the next boot, or the next start. @throws BudgieError with what systemctl said */
export async function stopService(): Promise<void> {
  await systemctl("stop", "budgie.service");
}

/**
 * Writes the unit, enables it and starts it.
 * @throws BudgieError where systemd is not the host's init, with what to do there
 */
export async function installService(program: string, environment: Record<string, string>): Promise<string> {
  const kind = initSystem();
  if (kind !== "systemd") throw new NoSystemdError(kind, program, environment);
  Deno.writeTextFileSync(UNIT_FILE, unitText(program, environment), { mode: 0o644 });
  await systemctl("daemon-reload");
  await systemctl("enable", "--now", "budgie.service");
  return UNIT_FILE;
}

/** Stops and disables it, and removes the unit; containers run on. One that is not there is fine. */
export async function uninstallService(): Promise<void> {
  if (!exists(UNIT_FILE)) return;
  if (initSystem() === "systemd") await systemctl("disable", "--now", "budgie.service");
  Deno.removeSync(UNIT_FILE);
  if (initSystem() === "systemd") await systemctl("daemon-reload");
}

/** Another init starts it in another way. */
export class NoSystemdError extends BudgieError {
  override name = "NoSystemdError";

  constructor(kind: "openrc" | "other", program: string, environment: Record<string, string>) {
    super("Cannot install the service: this host was not started by systemd", {
      hint: kind === "openrc"
        ? `Write this to /etc/init.d/budgie, make it executable, and run 'rc-update add budgie':\n\n${
          openrcText(program, environment)
        }`
        : `Add this line with 'crontab -e':\n\n${cronLine(program, environment)}`,
    });
  }
}

/**
 * The unit. What systemd can take away from a service by namespaces, seccomp filters, capabilities and limits, it takes
 * from all that the service starts: here, the containers. They would lose host names, set-user-ID programs or the
 * sight of mounts, so none of that is used.
 * Source: systemd.service(5), systemd.exec(5), systemd.kill(5).
 */
export function unitText(program: string, environment: Record<string, string>): string {
  const variables = Object.entries(environment).map(([name, value]) =>
    `Environment=${unitWord(`${name}=${value}`)}\n`
  );
  return `[Unit]
Description=budgie keeps containers running
Wants=network-online.target
After=network-online.target local-fs.target
# However often it has to be started again.
StartLimitIntervalSec=0

[Service]
ExecStart=${unitWord(program).replaceAll("$", "$$$$")} daemon
${variables.join("")}Restart=always
RestartSec=1
# The parents of containers are in the group of this unit: they and the containers outlive the daemon.
KillMode=process
Delegate=yes
TasksMax=infinity
LimitNOFILE=1048576
# When memory is short, others go first; containers do not inherit this.
OOMScoreAdjust=-500
UMask=0077

[Install]
WantedBy=multi-user.target
`;
}

/** With what systemd would expand or split kept from it (systemd.service(5), "Command lines"). */
function unitWord(word: string): string {
  const escaped = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return /^[\w./:=@,+-]+$/.test(word) ? word : `"${escaped}"`;
}

/** A service script of OpenRC's (openrc-run(8)). */
export function openrcText(program: string, environment: Record<string, string>): string {
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${shellWord(value)}\n`);
  return `#!/sbin/openrc-run
description="budgie keeps containers running"
supervisor=supervise-daemon
command=${shellWord(program)}
command_args=daemon
${exports.join("")}
depend() {
  need localmount
  after net
}
`;
}

/** For the crontab of root. */
export function cronLine(program: string, environment: Record<string, string>): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${shellWord(value)} `);
  // In a crontab % means a new line (crontab(5)).
  return `@reboot ${variables.join("")}${shellWord(program)} daemon`.replaceAll("%", "\\%");
}

function shellWord(word: string): string {
  return /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function systemctl(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("systemctl", {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  throw new BudgieError(
    `Cannot run 'systemctl ${args.join(" ")}': ${new TextDecoder().decode(stderr).trim()}`,
    {
      hint: "'systemctl status budgie' and 'journalctl -u budgie' may say more",
    },
  );
}
