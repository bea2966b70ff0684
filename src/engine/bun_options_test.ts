import assert from "node:assert/strict";
import { parseBunFile } from "../bunfile/parse.ts";
import { bunOptions } from "./bun_options.ts";

function optionsOf(text: string) {
  return bunOptions(parseBunFile(text, { path: "/srv/web/web.bun", env: {} }));
}

Deno.test("bunOptions() of the shortest file asks for nothing but the image", () => {
  const options = optionsOf('version: "1.0"\nimage: busybox\n');
  assert.equal(options.image, "busybox");
  assert.equal(options.pull, "missing");
  assert.equal(options.network, "none");
  assert.equal(options.bunFile, "/srv/web/web.bun");
  assert.deepEqual(options.mounts, []);
  assert.deepEqual(options.restartPolicy, { name: "no", maximumRetryCount: 0 });
  assert.equal(options.command, undefined);
  assert.equal(options.stopTimeoutSeconds, undefined);
});

Deno.test("bunOptions() carries every key in the engine's units", () => {
  const options = optionsOf(`
version: "1.0"
name: web
image: { docker_image: nginx, command: "-g 'daemon off;'", entrypoint: [], workdir: /srv, pull_policy: never }
volumes: ["./site:/site:ro", "cache:/cache"]
tmpfs: ["/run:size=64m,mode=0755"]
environment: { A: 1 }
resources: { cpus: 1.5, memory_limit: 64m, memory_swap: -1, cpuset: 0-1, pids_limit: 5 }
stop_timeout: 1500ms
network: host
ulimits: { nofile: { soft: 1, hard: 2 } }
devices: ["/dev/null:/dev/x:r"]
tty: true
`);
  assert.deepEqual(options.command, ["-g", "daemon off;"]);
  assert.deepEqual(options.entrypoint, []);
  assert.equal(options.workdir, "/srv");
  assert.deepEqual(options.environment, ["A=1"]);
  assert.deepEqual(options.mounts, [
    { type: "bind", source: "/srv/web/site", target: "/site", readOnly: true, createSource: true },
    { type: "volume", source: "cache", target: "/cache", readOnly: false },
    { type: "tmpfs", source: "", target: "/run", readOnly: false, sizeBytes: 64 * 1024 ** 2, mode: 0o755 },
  ]);
  assert.equal(options.resources.nanoCpus, 1_500_000_000);
  assert.equal(options.resources.memoryBytes, 64 * 1024 ** 2);
  assert.equal(options.resources.memorySwapBytes, -1);
  assert.equal(options.resources.cpusetCpus, "0-1");
  assert.equal(options.stopTimeoutSeconds, 2);
  assert.equal(options.network, "host");
  assert.deepEqual(options.ulimits, [{ name: "nofile", soft: 1, hard: 2 }]);
  assert.deepEqual(options.devices, [{ hostPath: "/dev/null", containerPath: "/dev/x", permissions: "r" }]);
  assert.equal(options.tty, true);
});

Deno.test("bunOptions() of a disabled healthcheck says so to the engine, over the image's own", () => {
  const options = optionsOf('version: "1.0"\nimage: busybox\nhealthcheck: { disable: true }\n');
  assert.deepEqual(options.healthcheck, { Test: ["NONE"] });
});
