/** The wall clock jumps: what waits in the daemon goes by a clock that doesn't. */
import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { eventually } from "./fixture/wait.ts";

/** Debian's libfaketime, which shows a process another time of day. */
const FAKETIME = `/usr/lib/${Deno.build.arch}-linux-gnu/faketime/libfaketime.so.1`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("steps of the clock, a year forward and days back, change no back-off and no health interval", async () => {
  await using host = await openHost();
  const offset = await host.write("offset", "+0");
  const daemon = host.spawn(["daemon"], {
    env: {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
  });
  const output = daemon.output();
  await eventually("the daemon", () => host.daemon());
  const shared = `${host.directory}/shared`;
  await Deno.mkdir(shared);
  const volume = ["-v", `${shared}:/shared`, "busybox", "sh", "-c"];
  const probed = ["--health-cmd", "echo x >>/shared/probes", "--health-interval", "300ms"];
  await host.ok(["run", "-d", "--name", "probed", ...probed, ...volume, "sleep 1000"]);
  await host.ok([
    "run",
    "-d",
    "--name",
    "failing",
    "--restart",
    "always",
    ...volume,
    "echo x >>/shared/starts",
  ]);
  const count = async (name: string) =>
    (await Deno.readTextFile(`${shared}/${name}`).catch(() => "")).length / 2;
  const probesIn = async (ms: number) => {
    const before = await count("probes");
    await pause(ms);
    return await count("probes") - before;
  };
  const step = async (days: number) => {
    await Deno.writeTextFile(offset, `${days < 0 ? "" : "+"}${days}d`);
    await eventually("the daemon sees the new time", async () => {
      const time = await host.ok([
        "inspect",
        "--format",
        "{{range .State.Health.Log}}{{.End}} {{end}}",
        "probed",
      ]);
      const last = Date.parse(time.trim().split(" ").at(-1)!);
      return Math.abs(last - Date.now() - days * 86_400_000) < 3_600_000;
    });
  };

  // 100 ms, 200, 400, 800, 1600: the sixth start; the seventh comes 3.2 s later.
  await eventually("the sixth start", async () => await count("starts") >= 6);
  const usual = await probesIn(2_000);
  assert.ok(usual >= 2, `${usual} probes in 2 s`);
  await eventually("the seventh start", async () => await count("starts") >= 7);
  await step(365);
  assert.equal(await count("starts"), 7); // the next one is 6.4 s away
  const later = await probesIn(2_000);
  assert.ok(later >= usual / 3 && later <= usual * 3, `${usual} probes before, ${later} after a year`);
  await eventually("the eighth start", async () => await count("starts") >= 8);
  await step(-2);
  assert.equal(await count("starts"), 8); // 12.8 s away
  const back = await probesIn(2_000);
  assert.ok(back >= usual / 3 && back <= usual * 3, `${usual} probes before, ${back} after days back`);
  await eventually("the ninth start", async () => await count("starts") >= 9);
  assert.equal(await host.ok(["inspect", "--format", "{{.State.Health.Status}}", "probed"]), "healthy");
  await host.ok(["rm", "-f", "failing", "probed"]);
  await host.ok(["daemon", "stop"]);
  await output;
});
