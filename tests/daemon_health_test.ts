/** Health checks as the daemon makes them, and what follows from them. */
import assert from "node:assert/strict";
import { type Host, openHost } from "./fixture/host.ts";
import { busyboxLayer } from "./fixture/images.ts";
import { writeLayout } from "./fixture/layout.ts";
import { startRegistry } from "./fixture/registry.ts";
import { eventually } from "./fixture/wait.ts";

const SERVER = `mkdir /www; echo ready >/www/health; exec httpd -f -p 8080 -h /www`;

async function healthOf(host: Host, name: string): Promise<string> {
  return await host.ok(["inspect", "--format", "{{if .State.Health}}{{.State.Health.Status}}{{end}}", name]);
}

async function untilHealth(host: Host, name: string, status: string): Promise<void> {
  await eventually(`${name} is ${status}`, async () => await healthOf(host, name) === status);
}

const pidOf = (host: Host, name: string) => host.ok(["inspect", "--format", "{{.State.Pid}}", name]);

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`checks by http, tcp and command find a server in a container without a network, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    const check = (name: string, probe: string) =>
      `version: "1.0"
name: ${name}
image:
  docker_image: busybox
  command: [sh, -c, "${SERVER}"]
healthcheck:
  ${probe}
  interval: 200ms
  retries: 2
`;
    const file = await host.write(
      "checks.bun",
      [
        check("http", "path: /health\n  port: 8080\n  expect: { status: 200, body: ready }"),
        check("tcp", "tcp: 8080"),
        check("command", "command: test -e /www/health"),
      ].join("---\n"),
    );
    await host.ok(["run", "-d", file]);
    for (const name of ["http", "tcp", "command"]) await untilHealth(host, name, "healthy");
    for (const name of ["http", "command"]) await host.ok(["exec", name, "rm", "/www/health"]);
    for (const name of ["http", "command"]) await untilHealth(host, name, "unhealthy");
    assert.equal(await healthOf(host, "tcp"), "healthy");
    // No restart policy: an unhealthy container is left as it is.
    assert.match(
      await host.ok(["ps", "--filter", "name=http", "--format", "{{.Status}}"]),
      /^Up .*\(unhealthy\)/,
    );
    const log = await host.ok([
      "inspect",
      "--format",
      "{{len .State.Health.Log}} {{.State.Health.FailingStreak}}",
      "http",
    ]);
    assert.match(log, /^[2-5] [1-9]/);
  });
}

const FAILING = ["--health-cmd", "test -e /tmp/well", "--health-interval", "200ms", "--health-retries", "2"];
const SLEEPER = ["--stop-signal", "KILL", "busybox", "sh", "-c", "touch /tmp/well; exec sleep 1000"];

Deno.test("an unhealthy container is restarted under its policy, killed, stopped or left as it says", async () => {
  await using host = await openHost();
  const run = (name: string, ...flags: string[]) =>
    host.ok(["run", "-d", "--name", name, ...FAILING, ...flags, ...SLEEPER]);
  await run("restarted", "--restart", "on-failure");
  await run("killed", "--restart", "always", "--health-on-failure", "kill");
  await run("stopped", "--restart", "always", "--health-on-failure", "stop");
  await run("left", "--restart", "always", "--health-on-failure", "none");
  const names = ["restarted", "killed", "stopped", "left"];
  for (const name of names) await untilHealth(host, name, "healthy");
  const before = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await pidOf(host, name)])),
  );
  for (const name of names) await host.ok(["exec", name, "rm", "/tmp/well"]);
  for (const name of ["restarted", "killed"]) {
    await eventually(`${name} runs anew`, async () => ![before[name], "0"].includes(await pidOf(host, name)));
    await untilHealth(host, name, "healthy");
    assert.equal(await host.ok(["inspect", "--format", "{{.RestartCount}}", name]), "1");
  }
  await eventually(
    "stopped has ended",
    async () => await host.ok(["inspect", "--format", "{{.State.Status}}", "stopped"]) === "exited",
  );
  await untilHealth(host, "left", "unhealthy");
  assert.equal(await pidOf(host, "left"), before.left);
  const events = await host.ok([
    "events",
    "--since",
    "10m",
    "--until",
    "0s",
    "-f",
    "container=left",
    "--format",
    "{{.Action}}",
  ]);
  assert.deepEqual(events.split("\n").filter((action) => action.startsWith("health_status")), [
    "health_status: healthy",
    "health_status: unhealthy",
  ]);
});

Deno.test("a SIGKILL of the daemon forgets no health, and restarts nothing", async () => {
  await using host = await openHost();
  await host.ok(["run", "-d", "--name", "web", "--restart", "always", ...FAILING, ...SLEEPER]);
  await untilHealth(host, "web", "healthy");
  const pid = await pidOf(host, "web");
  Deno.kill((await host.daemon())!, "SIGKILL");
  assert.equal(await healthOf(host, "web"), "healthy");
  await eventually("a new daemon", () => host.daemon());
  assert.equal(await healthOf(host, "web"), "healthy");
  await host.ok(["exec", "web", "rm", "/tmp/well"]); // it goes on probing
  await eventually("it is restarted", async () => ![pid, "0"].includes(await pidOf(host, "web")));
});

Deno.test("failures in the start period don't count, until the first success", async () => {
  await using host = await openHost();
  const late = ["--health-cmd", "test -e /tmp/well", "--health-interval", "200ms", "--health-retries", "1"];
  const starting = ["--health-start-period", "60s", "--health-start-interval", "100ms"];
  await host.ok(["run", "-d", "--name", "slow", ...late, ...starting, "busybox", "sleep", "1000"]);
  await eventually(
    "some probes have failed",
    async () => await host.ok(["inspect", "--format", "{{len .State.Health.Log}}", "slow"]) === "5",
  );
  assert.equal(await healthOf(host, "slow"), "starting");
  await host.ok(["exec", "slow", "touch", "/tmp/well"]);
  await untilHealth(host, "slow", "healthy");
});

Deno.test("a paused container does not get unhealthy", async () => {
  await using host = await openHost();
  await host.ok(["run", "-d", "--name", "web", ...FAILING, "--health-timeout", "500ms", ...SLEEPER]);
  await untilHealth(host, "web", "healthy");
  await host.ok(["pause", "web"]);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await host.ok(["unpause", "web"]);
  assert.equal(await healthOf(host, "web"), "healthy");
});

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`what ran out of memory says so, and what ended otherwise does not, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    const hungry = ["-m", "24m", "busybox", "sh", "-c", "sleep 0.3; exec tail -c 200m /dev/zero"];
    await host.ok(["run", "-d", "--name", "hungry", ...hungry]);
    await host.ok(["run", "-d", "--name", "killed", "-m", "24m", "busybox", "sleep", "1000"]);
    await host.ok(["kill", "killed"]);
    const state = (name: string) =>
      host.ok(["inspect", "--format", "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}", name]);
    await eventually("hungry has ended", async () => (await state("hungry")).startsWith("exited"));
    assert.equal(await state("hungry"), "exited 137 true");
    await eventually("killed has ended", async () => (await state("killed")).startsWith("exited"));
    assert.equal(await state("killed"), "exited 137 false");
    const listed = await host.ok(["ps", "-a", "--filter", "name=hungry", "--format", "{{.Status}}"]);
    assert.match(listed, /^Exited \(137\) .* \(out of memory\)$/);
  });
}

Deno.test("exec by another user leaves the host's /dev/null as it is, with crun", async () => {
  await using host = await openHost({ runtime: "crun" });
  const owner = async () => {
    const { uid, gid } = await Deno.stat("/dev/null");
    return `${uid}:${gid}`;
  };
  const before = await owner();
  await host.ok([
    "run",
    "-d",
    "--name",
    "web",
    "-u",
    "1234:50",
    "--health-cmd",
    "true",
    "--health-interval",
    "200ms",
    "busybox",
    "sleep",
    "1000",
  ]);
  await host.ok(["exec", "web", "true"]);
  await host.ok(["exec", "-d", "web", "sleep", "0.1"]);
  await untilHealth(host, "web", "healthy");
  assert.equal(await owner(), before);
});

Deno.test("the image's own check is made, and --no-healthcheck switches it off", async () => {
  await using host = await openHost({ images: [] });
  await using registry = await startRegistry({ storage: `${host.directory}/registry` });
  const Healthcheck = { Test: ["CMD-SHELL", "test -e /tmp/well"], Interval: 200e6, Retries: 2 };
  const config = { Cmd: ["sleep", "1000"], StopSignal: "SIGKILL", Healthcheck };
  await writeLayout(`${host.directory}/layout`, [{ layers: [await busyboxLayer()], config }]);
  await registry.push(`oci:${host.directory}/layout:latest`, "checked:latest");
  const image = `${registry.address}/checked`;
  await host.ok(["run", "-d", "--name", "checked", image]);
  await host.ok(["run", "-d", "--name", "off", "--no-healthcheck", image]);
  await untilHealth(host, "checked", "unhealthy");
  await host.ok(["exec", "checked", "touch", "/tmp/well"]);
  await untilHealth(host, "checked", "healthy");
  assert.equal(await healthOf(host, "off"), "");
});
