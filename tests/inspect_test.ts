import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("inspect shows docker's keys of a running container", async () => {
  await using host = await openHost();
  const flags = [
    "--name",
    "web",
    "-e",
    "A=b",
    "--label",
    "k=v",
    "--memory",
    "64m",
    "-v",
    `${host.directory}:/here:ro`,
  ];
  await using web = await runInBackground(host, [...flags, "--hostname", "box", "busybox", "sleep", "1000"]);
  const [container] = JSON.parse(await host.ok(["inspect", "web"]));
  assert.equal(container.Id, web.id);
  assert.equal(container.Name, "/web");
  assert.deepEqual([container.Path, container.Args], ["sleep", ["1000"]]);
  assert.equal(container.State.Status, "running");
  assert.equal(container.State.Running, true);
  assert.equal(container.State.Pid, web.pid);
  assert.match(await Deno.readTextFile(`/proc/${web.pid}/cmdline`), /^sleep\0/);
  assert.match(container.State.StartedAt, /^\d{4}-\d\d-\d\dT[\d:]+\.\d{1,9}Z$/);
  assert.equal(container.State.FinishedAt, "0001-01-01T00:00:00Z");
  assert.ok(container.Config.Env.includes("A=b"));
  assert.equal(container.Config.Hostname, "box");
  assert.equal(container.Config.Labels.k, "v");
  assert.match(container.Image, /^sha256:/);
  assert.equal(container.HostConfig.Memory, 64 * 1024 ** 2);
  const mount = container.Mounts[0];
  assert.deepEqual([mount.Type, mount.Source, mount.Destination, mount.RW], [
    "bind",
    host.directory,
    "/here",
    false,
  ]);
  assert.ok(container.NetworkSettings);
});

Deno.test("inspect shows how a container ended", async () => {
  await using host = await openHost();
  await host.budgie(["run", "--name", "done", "busybox", "sh", "-c", "exit 3"]);
  const [{ State }] = JSON.parse(await host.ok(["inspect", "done"]));
  assert.deepEqual([State.Status, State.Running, State.Pid, State.ExitCode], ["exited", false, 0, 3]);
  assert.ok(Date.parse(State.FinishedAt) >= Date.parse(State.StartedAt));
});

Deno.test("inspect --format fills a template, with json", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "-e", "A=b", "busybox", "true"]);
  const value = await host.ok([
    "inspect",
    "--format",
    "{{json .Config.Env}} {{len .Args}} {{.State.Status}}",
    "one",
  ]);
  assert.match(value, /^\[.*"A=b".*\] 0 exited$/);
});

Deno.test("inspect of something missing prints what it found, and fails", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "busybox", "true"]);
  const result = await host.budgie(["inspect", "one", "no-such"]);
  assert.equal(result.code, 1, show(result));
  assert.equal(JSON.parse(result.stdout).length, 1);
  assert.match(result.stderr, /^Error: No such .*: no-such/m);
  const nothing = await host.budgie(["inspect", "no-such"]);
  assert.equal(nothing.stdout, "[]\n");
});

Deno.test("inspect --type looks for one kind only, -s adds sizes, an empty format is none", async () => {
  await using host = await openHost();
  await host.ok([
    "run",
    "--name",
    "busybox",
    "-v",
    "data:/data:ro,nocopy",
    "busybox",
    "sh",
    "-c",
    "echo 12345 >/file",
  ]);
  const format = (...flags: string[]) => host.ok(["inspect", ...flags, "busybox"]);
  assert.equal(await format("--format", "{{.Name}}"), "/busybox"); // a container before an image
  assert.equal(await format("--type", "image", "--format", "{{.RepoTags}}"), "[busybox:latest]");
  assert.match(await format("-s", "--format", "{{.SizeRw}} {{.SizeRootFs}}"), /^6 \d{6,}$/);
  assert.equal(await format("--format", ""), await format());
  assert.equal(await format("--format", "{{.HostConfig.Binds}}"), "[data:/data:ro,nocopy]");
  const missing = await host.budgie(["inspect", "--type", "container", "layered"]);
  assert.deepEqual([missing.code, missing.stdout], [1, "[]\n"]);
  assert.match(missing.stderr, /^Error: No such container: layered$/m);
  const field = await host.budgie(["inspect", "--format", "{{.State.Colour}}", "busybox"]);
  assert.equal(field.code, 1, show(field));
});
