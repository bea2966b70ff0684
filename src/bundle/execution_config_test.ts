import assert from "node:assert/strict";
import type { ExecutionConfig } from "../../oci/image.ts";
import type { ContainerOptions } from "../store/container.ts";
import { mergeExecutionConfig } from "./execution_config.ts";
import { NO_OPTIONS } from "./testing/no_options.ts";

const DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function merge(options: Partial<ContainerOptions>, config: ExecutionConfig = {}) {
  const image = {
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers" as const, diff_ids: [] },
    config,
  };
  return mergeExecutionConfig({ ...NO_OPTIONS, ...options }, image);
}

const IMAGE: ExecutionConfig = { Entrypoint: ["entry", "point"], Cmd: ["default"] };

Deno.test("the image's Cmd follows its Entrypoint, and a command takes the Cmd's place", () => {
  assert.deepEqual(merge({}, IMAGE).args, ["entry", "point", "default"]);
  assert.deepEqual(merge({ command: ["mine", "too"] }, IMAGE).args, ["entry", "point", "mine", "too"]);
  assert.deepEqual(merge({ command: [] }, IMAGE).args, ["entry", "point", "default"]);
});

Deno.test("an entrypoint of the user's drops the image's Cmd", () => {
  assert.deepEqual(merge({ entrypoint: ["other"] }, IMAGE).args, ["other"]);
  assert.deepEqual(merge({ entrypoint: ["other"], command: ["arg"] }, IMAGE).args, ["other", "arg"]);
  assert.deepEqual(merge({ entrypoint: [], command: ["arg"] }, IMAGE).args, ["arg"]);
});

Deno.test("nothing to run is an error with docker's exit code", () => {
  for (const config of [{}, { Entrypoint: null, Cmd: null }, { Cmd: [] }]) {
    assert.throws(() => merge({}, config), {
      message: "Cannot run 'busybox': no command specified",
      exitCode: 125,
    });
  }
  assert.throws(() => merge({ entrypoint: [] }, IMAGE), /no command specified/);
});

Deno.test("the user's last word on a variable wins over the image's, and PATH has a default", () => {
  const image = { Cmd: ["x"], Env: ["A=image", "B=image"] };
  assert.deepEqual(merge({ environment: ["B=1", "C=", "B=2"] }, image).Env, [
    "B=2",
    "C=",
    "A=image",
    DEFAULT_PATH,
  ]);
  assert.deepEqual(merge({}, { Cmd: ["x"], Env: ["PATH=/bin"] }).Env, ["PATH=/bin"]);
  assert.deepEqual(merge({ environment: ["PATH=/mine"] }, { Cmd: ["x"], Env: ["PATH=/bin"] }).Env, [
    "PATH=/mine",
  ]);
});

Deno.test("working directory, user, labels and stop signal come from the image unless given", () => {
  const image = {
    Cmd: ["x"],
    WorkingDir: "/srv",
    User: "app",
    Labels: { a: "1", b: "1" },
    StopSignal: "SIGQUIT",
  };
  const { WorkingDir, User, Labels, StopSignal } = merge({ labels: { b: "2" } }, image);
  assert.deepEqual([WorkingDir, User, Labels, StopSignal], ["/srv", "app", { a: "1", b: "2" }, "SIGQUIT"]);
  const given = merge({ workdir: "/w", user: "1", stopSignal: "SIGINT" }, image);
  assert.deepEqual([given.WorkingDir, given.User, given.StopSignal], ["/w", "1", "SIGINT"]);
  assert.equal(merge({}, { Cmd: ["x"], WorkingDir: "" }).WorkingDir, "/");
});
