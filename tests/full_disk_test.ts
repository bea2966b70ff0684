/** The disk of the data directory is full while the daemon looks after containers. */
import assert from "node:assert/strict";
import { openDisk } from "./fixture/disk.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

/** Of a command that may not hang. */
const PROMPT = { timeoutMs: 15_000 };

Deno.test("a full disk: detached containers run on, end and are seen to, and commands say what is wrong", async () => {
  await using disk = await openDisk();
  await using host = await openHost({ env: { BUDGIE_DATA_DIR: `${disk.path}/data` } });
  const shared = `${host.directory}/shared`;
  await Deno.mkdir(shared);
  const script = "while [ ! -e /shared/go ]; do echo tick; sleep 0.02; done; echo last; exit 5";
  const volume = ["-v", `${shared}:/shared`, "busybox", "sh", "-c"];
  await host.ok(["run", "-d", "--name", "web", ...volume, script]);
  const again = "[ -e /shared/go ] && exec sleep 1000; sleep 0.3";
  await host.ok(["run", "-d", "--name", "again", "--restart", "always", ...volume, again]);
  await disk.leave("0");

  const refused = await host.budgie(["run", "-d", "--name", "more", "busybox", "true"], PROMPT);
  assert.equal(refused.code, 125, show(refused));
  assert.match(refused.stderr, /^Error: .*[Nn]o space/m);
  assert.match(await host.ok(["ps", "--format", "{{.Names}} {{.Status}}"], PROMPT), /^web Up/m);
  Deno.kill((await host.daemon())!, "SIGKILL"); // the next one has to begin on a full disk
  await host.ok(["ps"], PROMPT);
  await eventually("a new daemon", () => host.daemon());
  await Deno.writeTextFile(`${shared}/go`, "");
  await eventually(
    "the end is noted",
    async () =>
      /^Exited \(5\)/.test(await host.ok(["ps", "-a", "--filter", "name=web", "--format", "{{.Status}}"])),
  );

  await Deno.remove(`${disk.path}/fill`);
  await eventually(
    "the other one is started again",
    async () => /^again Up/m.test(await host.ok(["ps", "--format", "{{.Names}} {{.Status}}"], PROMPT)),
    90_000, // each start that failed on the full disk has doubled the back-off, to a minute at most
  );
  assert.match(await host.ok(["logs", "--tail", "1", "web"]), /^(tick|last)$/);
  await host.ok(["stop", "-t", "0", "again"]);
  await host.ok(["run", "--rm", "--name", "more", "busybox", "true"]);
});
