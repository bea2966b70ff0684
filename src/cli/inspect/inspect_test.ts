import assert from "node:assert/strict";
import { parseTemplate } from "../../base/template/mod.ts";
import type { ContainerDetails } from "../../engine/view.ts";
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

Deno.test("image inspect has docker's keys", () => {
  const image = inspectImage(sampleImage());
  const text = parseTemplate("{{.RepoTags}} {{.Os}}/{{.Architecture}} {{.Config.Cmd}} {{len .RootFS.Layers}}")
    .execute(image);
  assert.equal(text, "[bb:latest registry.example:5000/web:1] linux/amd64 [sh] 1");
});
