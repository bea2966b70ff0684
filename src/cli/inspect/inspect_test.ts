import assert from "node:assert/strict";
import { parseTemplate } from "../../base/template/mod.ts";
import type { ContainerDetails } from "../../engine/view.ts";
import type { ContainerOptions } from "../../store/container.ts";
import { sampleImage, sampleView } from "../testing/sample.ts";
import { inspectContainer } from "./container.ts";
import { inspectImage } from "./image.ts";

const DETAILS: ContainerDetails = {
  ...sampleView({}, {}, { mounts: [], resources: { memoryBytes: 1024 }, capAdd: ["CAP_CHOWN"] }),
  path: "sh",
  args: ["-c", "true"],
  config: { Cmd: ["sh", "-c", "true"], Env: ["A=1"], Labels: { "com.example/x": "y" } },
  bundle: "/d/containers/x",
  logPath: "/d/containers/x/log",
  mergedDir: "/d/containers/x/merged",
  upperDir: "/d/containers/x/upper",
  lowerDirs: ["/d/layers/base", "/d/layers/top"],
  mounts: [
    { type: "bind", source: "/srv", destination: "/data", readOnly: true, propagation: "rprivate" },
  ],
  networks: [],
};

function format(template: string): string {
  return parseTemplate(template).execute(inspectContainer(DETAILS));
}

Deno.test("inspect has docker's keys for templates", () => {
  assert.equal(
    format("{{.Name}} {{.State.Status}} {{.State.Pid}} {{.State.Running}}"),
    "/web running 42 true",
  );
  assert.equal(
    format("{{.State.StartedAt}} {{.State.FinishedAt}}"),
    "2026-01-02T11:57:00Z 0001-01-01T00:00:00Z",
  );
  assert.equal(
    format("{{.ResolvConfPath}} {{.HostnamePath}} {{.HostsPath}}"),
    "/d/containers/x/resolv.conf /d/containers/x/hostname /d/containers/x/hosts",
  );
  assert.equal(format("{{.Path}} {{.Args}} {{.Config.Env}}"), "sh [-c true] [A=1]");
  assert.equal(format('{{index .Config.Labels "com.example/x"}}{{.Config.Labels.none}}'), "y<no value>");
  assert.equal(
    format("{{.HostConfig.Memory}} {{.HostConfig.CapAdd}} {{.HostConfig.NetworkMode}}"),
    "1024 [CAP_CHOWN] none",
  );
  assert.equal(format("{{range .Mounts}}{{.Source}}:{{.Destination}}:{{.RW}}{{end}}"), "/srv:/data:false");
  assert.equal(format("{{if .State.Health}}checked{{else}}unchecked{{end}}"), "unchecked");
  assert.equal(format("{{range $name, $n := .NetworkSettings.Networks}}{{$name}}{{end}}"), "none");
  assert.equal(format("{{.GraphDriver.Data.LowerDir}}"), "/d/layers/top:/d/layers/base");
  assert.equal(format("{{.Budgie.DataVersion}} {{.Budgie.Runtime}}"), "1 /usr/bin/crun");
});

Deno.test("inspect is plain JSON, with sizes only when asked for", () => {
  const plain = JSON.parse(JSON.stringify(inspectContainer(DETAILS)));
  assert.equal(plain.SizeRw, undefined);
  assert.equal("Health" in plain.State, false);
  assert.deepEqual(plain.Config.Labels, { "com.example/x": "y" });
  assert.equal(inspectContainer(DETAILS, { rw: 1, rootfs: 2 }).SizeRootFs, 2);
});

const CHECKED = { Test: ["CMD", "check"], Interval: 5e9, Retries: 7 };

/** As JSON, of a container whose image has CHECKED. */
function inspectChecked(view: Partial<ContainerDetails>, options: Partial<ContainerOptions> = {}) {
  const sample = sampleView(view, {}, options);
  sample.record.image.config = { Healthcheck: CHECKED };
  return JSON.parse(JSON.stringify(inspectContainer({ ...DETAILS, ...sample })));
}

Deno.test("inspect shows the health of a container that has a check", () => {
  const result = { start: "2026-01-02T11:58:00Z", end: "2026-01-02T11:58:01Z", exitCode: 1, output: "no" };
  const health = { status: "unhealthy" as const, failingStreak: 4, log: [result] };
  assert.deepEqual(inspectChecked({ health }).State.Health, {
    Status: "unhealthy",
    FailingStreak: 4,
    Log: [{ Start: result.start, End: result.end, ExitCode: 1, Output: "no" }],
  });
  const [starting, ended] = [inspectChecked({}), inspectChecked({ status: "exited", pid: 0 })];
  assert.deepEqual(starting.State.Health, { Status: "starting", FailingStreak: 0, Log: [] });
  assert.equal(ended.State.Health.Status, "unhealthy");
  assert.equal("Health" in inspectChecked({ status: "created", startedAt: undefined }).State, false);
});

Deno.test("inspect shows the check that was asked for as docker does, and the one that is made", () => {
  const ofImage = inspectChecked({});
  assert.deepEqual(ofImage.Config.Healthcheck, CHECKED);
  assert.deepEqual(ofImage.Budgie.Healthcheck, {
    Type: "command",
    Test: ["CMD", "check"],
    Interval: 5e9,
    Timeout: 30e9,
    StartPeriod: 0,
    StartInterval: 5e9,
    Retries: 7,
    OnUnhealthy: "restart",
  });
  const shell = { type: "command" as const, test: ["CMD-SHELL", "true"] };
  const own = inspectChecked({}, { healthcheck: { probe: shell, intervalMs: 500, onUnhealthy: "kill" } });
  assert.deepEqual(own.Config.Healthcheck, { Test: ["CMD-SHELL", "true"], Interval: 5e8, Retries: 7 });
  const off = inspectChecked({}, { healthcheck: { probe: { type: "none" }, onUnhealthy: "none" } });
  assert.deepEqual([off.Config.Healthcheck, off.Budgie.Healthcheck], [{ Test: ["NONE"] }, undefined]);
});

Deno.test("inspect shows a check that docker does not have in the section of budgie", () => {
  const probe = {
    type: "http" as const,
    scheme: "https" as const,
    path: "/health",
    port: 8443,
    status: { from: 200, to: 299 },
    body: "ready",
  };
  const { Config, Budgie } = inspectChecked({}, { healthcheck: { probe, onUnhealthy: "none" } });
  assert.equal(Config.Healthcheck, undefined);
  const { Type, Port, Scheme, Path, Status, Body } = Budgie.Healthcheck;
  assert.deepEqual([Type, Port, Scheme, Path, Status, Body], [
    "http",
    8443,
    "https",
    "/health",
    "200-299",
    "ready",
  ]);
});

Deno.test("inspect of a container that waits to be started again says why", () => {
  const waiting = { since: "2026-01-02T11:59:55Z", exitCode: 127, reason: "no such program" };
  const { State, RestartCount, Budgie } = inspectChecked(
    { status: "restarting", pid: 0, restartCount: 4, waiting },
    { dependsOn: [{ name: "db", condition: "healthy", restart: true }] },
  );
  assert.deepEqual([State.Status, State.Running, State.Restarting], ["restarting", true, true]);
  assert.deepEqual([State.Pid, State.ExitCode, State.Error, RestartCount], [0, 127, "no such program", 4]);
  assert.deepEqual(Budgie.DependsOn, [{ Name: "db", Condition: "healthy", Restart: true }]);
});

Deno.test("image inspect has docker's keys", () => {
  const image = inspectImage(sampleImage());
  const text = parseTemplate("{{.RepoTags}} {{.Os}}/{{.Architecture}} {{.Config.Cmd}} {{len .RootFS.Layers}}")
    .execute(image);
  assert.equal(text, "[bb:latest registry.example:5000/web:1] linux/amd64 [sh] 1");
});
