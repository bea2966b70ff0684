import assert from "node:assert/strict";
import { parseBunFiles } from "../bunfile/parse.ts";
import { bunOptions, bunScale } from "./bun_options.ts";
import { inNetwork } from "./network/network_choice.ts";

const HEAD = 'version: "1.0"\nimage: busybox\n';
const DEFAULT_LOG = { maxSizeBytes: 10 * 1024 ** 2, maxFiles: 3 };

const DEFAULTS = { log: DEFAULT_LOG, network: "networks" as const, networks: [inNetwork("usual")] };

function read(text: string) {
  return parseBunFiles(text, { path: "/srv/web/web.bun", env: {} })[0];
}

function optionsOf(text: string) {
  return bunOptions(read(text), DEFAULTS);
}

Deno.test("bunOptions() of the shortest file asks for nothing but the image", () => {
  const options = optionsOf('version: "1.0"\nimage: busybox\n');
  assert.equal(options.image, "busybox");
  assert.equal(options.pull, "missing");
  assert.deepEqual([options.network, options.networks], ["networks", [inNetwork("usual")]]);
  assert.deepEqual(options.ports, []);
  assert.equal(options.bunFile, "/srv/web/web.bun");
  assert.deepEqual(options.mounts, []);
  assert.deepEqual(options.log, DEFAULT_LOG);
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
log: { max_size: 1m }
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
  assert.deepEqual(options.log, { maxSizeBytes: 1024 ** 2, maxFiles: 3 });
  assert.equal(options.network, "host");
  assert.deepEqual(options.ulimits, [{ name: "nofile", soft: 1, hard: 2 }]);
  assert.deepEqual(options.devices, [{ hostPath: "/dev/null", containerPath: "/dev/x", permissions: "r" }]);
  assert.equal(options.tty, true);
});

Deno.test("bunOptions() of a disabled healthcheck says so to the engine, over the image's own", () => {
  const options = optionsOf('version: "1.0"\nimage: busybox\nhealthcheck: { disable: true }\n');
  assert.deepEqual(options.healthcheck?.probe, { type: "none" });
});

Deno.test("bunOptions() of a HTTP check asks the first container port, unless another is named", () => {
  const check = (rest: string) => optionsOf(`${HEAD}${rest}`).healthcheck;
  assert.deepEqual(
    check("ports: [8080:80, 90]\nhealthcheck: {path: /up, interval: 5, on_unhealthy: stop}\n"),
    {
      probe: {
        type: "http",
        path: "/up",
        port: 80,
        scheme: "http",
        status: { from: 200, to: 399 },
        body: undefined,
      },
      intervalMs: 5000,
      timeoutMs: 30_000,
      retries: 3,
      startPeriodMs: 0,
      startIntervalMs: 5000,
      onUnhealthy: "stop",
    },
  );
  const probe = check("healthcheck: {path: /, port: 81, scheme: https, expect: {status: 204, body: ok}}\n")
    ?.probe;
  assert.deepEqual(probe, {
    type: "http",
    path: "/",
    port: 81,
    scheme: "https",
    status: { from: 204, to: 204 },
    body: "ok",
  });
  // The first port that the image exposes is known when there is an image.
  const later = check("healthcheck: {path: /}\n")?.probe;
  assert.equal(later?.type === "http" && later.port, undefined);
});

Deno.test("bunOptions() carries the other checks, the restart policy and the dependencies", () => {
  const probe = (check: string) => optionsOf(`${HEAD}healthcheck: ${check}\n`).healthcheck?.probe;
  assert.deepEqual(probe("{tcp: 5432}"), { type: "tcp", port: 5432 });
  assert.deepEqual(probe("{command: pg_isready -q}"), {
    type: "command",
    test: ["CMD-SHELL", "pg_isready -q"],
  });
  const options = optionsOf(`${HEAD}restart_policy: on-failure:3\ndepends_on: {db: {condition: healthy}}\n`);
  assert.deepEqual(options.restartPolicy, { name: "on-failure", maximumRetryCount: 3 });
  assert.deepEqual(options.dependsOn, [{ name: "db", condition: "healthy", restart: false }]);
  assert.equal(options.healthcheck, undefined); // the image's own
});

Deno.test("bunOptions() remembers which document of its file it is", () => {
  const bunFiles = parseBunFiles(`${HEAD}---\n${HEAD}`, { path: "/srv/shop.bun", env: {} });
  const sources = bunFiles.map((bun) => bunOptions(bun, DEFAULTS)).map((
    { bunFile, bunDocument },
  ) => [bunFile, bunDocument]);
  assert.deepEqual(sources, [["/srv/shop.bun", 0], ["/srv/shop.bun", 1]]);
});

Deno.test("bunOptions() carries the network in each of its forms", () => {
  const choice = (line: string) => {
    const { network, networks, networkContainer } = optionsOf(`${HEAD}${line}\n`);
    return [network, networks, networkContainer];
  };
  assert.deepEqual(choice("network: none"), ["none", [], undefined]);
  assert.deepEqual(choice("network: host"), ["host", [], undefined]);
  assert.deepEqual(choice("network: container:db"), ["container", [], "db"]);
  assert.deepEqual(choice("network: front"), ["networks", [inNetwork("front")], undefined]);
  assert.deepEqual(choice("networks: {front: {ip: [10.0.0.2, 'fd00::2'], aliases: [www]}, back: }"), [
    "networks",
    [
      { name: "front", addresses: ["10.0.0.2", "fd00::2"], macAddress: undefined, aliases: ["www"] },
      { name: "back", addresses: [], macAddress: undefined, aliases: [] },
    ],
    undefined,
  ]);
});

Deno.test("bunOptions() carries ports and names", () => {
  const options = optionsOf(`${HEAD}
ports: ["127.0.0.1:8080:80", { container_port: 53, host_port: 5000-5005, protocol: udp, publish: host }]
expose: [90]
allow_host: true
dns: 9.9.9.9
dns_search: example.com
dns_options: ["ndots:2"]
extra_hosts: { printer: 192.168.1.20 }
`);
  assert.deepEqual(options.ports, [
    {
      containerPort: 80,
      protocol: "tcp",
      hostPort: { from: 8080, to: 8080 },
      hostIp: "127.0.0.1",
      reach: "lan",
    },
    {
      containerPort: 53,
      protocol: "udp",
      hostPort: { from: 5000, to: 5005 },
      hostIp: undefined,
      reach: "host",
    },
  ]);
  assert.deepEqual([options.expose, options.allowHost], [["90/tcp"], true]);
  assert.deepEqual([options.dns, options.dnsSearch, options.dnsOptions], [["9.9.9.9"], ["example.com"], [
    "ndots:2",
  ]]);
  assert.deepEqual(options.extraHosts, [{ name: "printer", address: "192.168.1.20" }]);
});

Deno.test("bunScale() says how many, and how connections are spread over them", () => {
  assert.equal(bunScale(read(HEAD)), undefined);
  assert.deepEqual(bunScale(read(`${HEAD}name: a\nscale: 1\n`)), { count: 1, method: "round-robin" });
  assert.deepEqual(bunScale(read(`${HEAD}name: a\nscale: 3\nbalance: source\n`)), {
    count: 3,
    method: "source",
  });
});
