/** Probes from the host into containers with a network of their own: real containers, and a real nginx. */
import assert from "node:assert/strict";
import { watchHealth } from "../src/daemon/health/checker.ts";
import { probeFor } from "../src/daemon/health/probe.ts";
import { selfSigned } from "../src/daemon/health/testing/certificate.ts";
import { http } from "../src/daemon/health/testing/http_probe.ts";
import type { ProbeResult } from "../src/daemon/health/probe_result.ts";
import { healthcheckOf } from "../src/engine/policy/healthcheck.ts";
import { storePaths } from "../src/store/paths.ts";
import { readState } from "../src/store/state.ts";
import { writeSupervision } from "../src/store/supervision.ts";
import type { ContainerRecord, ProbeOption } from "../src/store/container.ts";
import { type Background, runInBackground } from "./fixture/background.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { eventually } from "./fixture/wait.ts";

/** One that the tests' programs on the host don't use. */
const PORT = 18473;

function recordOf(host: Host, { id }: Background): ContainerRecord {
  return readState(storePaths(new Map(Object.entries(host.env)))).containers[id];
}

function ask(
  host: Host,
  container: Background,
  probe: Exclude<ProbeOption, { type: "none" }>,
): Promise<ProbeResult> {
  const times = { intervalMs: 1000, timeoutMs: 5000, startPeriodMs: 0, startIntervalMs: 1000 };
  const check = { ...times, probe, retries: 3, onUnhealthy: "none" as const };
  const exec = () => Promise.reject(new Error("nothing is to be executed"));
  return probeFor(recordOf(host, container), check, { pid: container.pid, exec })(
    AbortSignal.timeout(10_000),
  );
}

function ownNamespace(): string {
  return Deno.readLinkSync("/proc/thread-self/ns/net");
}

Deno.test("a program of the host on the same port does not make a container healthy", async () => {
  await using host = await openHost();
  await using box = await runInBackground(host, ["busybox", "sleep", "1000"]);
  let asked = 0;
  const answer = () => {
    asked++;
    return new Response();
  };
  await using _v4 = Deno.serve({ hostname: "127.0.0.1", port: PORT, onListen() {} }, answer);
  await using _v6 = Deno.serve({ hostname: "::1", port: PORT, onListen() {} }, answer);
  const before = ownNamespace();
  for (const probe of [{ type: "tcp" as const, port: PORT }, http(PORT), http(PORT, { scheme: "https" })]) {
    const { exitCode, output } = await ask(host, box, probe);
    assert.deepEqual([exitCode, /nobody listens$/.test(output)], [1, true], output);
  }
  assert.equal(asked, 0);
  assert.equal(ownNamespace(), before);
  const own = await fetch(`http://127.0.0.1:${PORT}/`); // the host is still where it was
  assert.deepEqual([own.status, await own.text(), asked], [200, "", 1]);
});

Deno.test("a program of the container is found where the host has none", async () => {
  await using host = await openHost({ images: ["nginx"] });
  const certificate = selfSigned();
  await host.write("cert", certificate.cert);
  await host.write("key", certificate.key);
  await host.write("nginx.conf", NGINX);
  await using web = await runInBackground(host, [
    ...["-v", `${host.directory}:/host:ro`],
    ...["nginx", "nginx", "-g", "daemon off;", "-c", "/host/nginx.conf"],
  ]);
  await eventually(
    "nginx listens",
    async () => (await ask(host, web, { type: "tcp", port: PORT })).exitCode === 0,
  );
  await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port: PORT }), Deno.errors.ConnectionRefused);
  const healthy = [
    http(PORT, { body: "plain" }),
    http(PORT + 1, { scheme: "https", path: "/ready", body: "secure /ready" }),
    http(PORT + 2, { body: "six" }), // on ::1 alone
    { type: "tcp" as const, port: PORT + 2 },
    http(PORT, { path: "/moved", status: { from: 301, to: 301 } }),
  ];
  for (const probe of healthy) {
    const { exitCode, output } = await ask(host, web, probe);
    assert.equal(exitCode, 0, `${JSON.stringify(probe)}: ${output}`);
  }
  const broken = await ask(host, web, http(PORT, { path: "/broken" }));
  assert.deepEqual(broken, { exitCode: 1, output: "HTTP 503 Service Temporarily Unavailable" });
  assert.equal((await ask(host, web, http(PORT + 1))).exitCode, 1);
});

const NGINX = `
  pid /tmp/nginx.pid;
  error_log /dev/stderr;
  events {}
  http {
    access_log off;
    server {
      listen 127.0.0.1:${PORT};
      location / { return 200 plain; }
      location /moved { return 301 /broken; }
      location /broken { return 503; }
    }
    server {
      listen 127.0.0.1:${PORT + 1} ssl;
      ssl_certificate /host/cert;
      ssl_certificate_key /host/key;
      location / { return 200 "secure $uri"; }
    }
    server {
      listen [::1]:${PORT + 2};
      location / { return 200 six; }
    }
  }
`;

Deno.test("without a port, http asks the one that the image exposes", async () => {
  await using host = await openHost({ images: ["nginx"] });
  await using web = await runInBackground(host, ["nginx"]);
  await eventually(
    "nginx answers on port 80",
    async () => (await ask(host, web, http(undefined))).exitCode === 0,
  );
});

/** What the test files beside this one, in the same process, may open meanwhile. */
const OTHERS_DESCRIPTORS = 200;

Deno.test("a thousand probes of a container leave nothing behind", async () => {
  await using host = await openHost();
  await using box = await runInBackground(host, ["busybox", "httpd", "-f", "-p", `127.0.0.1:${PORT}`]);
  await eventually(
    "httpd listens",
    async () => (await ask(host, box, { type: "tcp", port: PORT })).exitCode === 0,
  );
  const descriptors = () => Array.from(Deno.readDirSync("/proc/self/fd")).length;
  const before = descriptors();
  for (let probe = 0; probe < 1000; probe++) {
    await ask(host, box, probe % 3 === 0 ? http(PORT) : { type: "tcp", port: PORT + probe % 2 });
  }
  // There are 333 or more of each kind.
  assert.ok(descriptors() <= before + OTHERS_DESCRIPTORS, `${before} before, ${descriptors()} after`);
});

Deno.test("a probe of a container that has ended enters nobody's network", async () => {
  await using host = await openHost();
  const box = await runInBackground(host, ["busybox", "sleep", "1000"]);
  const record = recordOf(host, box);
  await box[Symbol.asyncDispose]();
  await using other = await runInBackground(host, ["busybox", "sleep", "1000"]);
  const check = { intervalMs: 1000, timeoutMs: 5000, startPeriodMs: 0, startIntervalMs: 1000, retries: 1 };
  const probe = { type: "tcp" as const, port: PORT };
  const exec = () => Promise.reject(new Error("nothing is to be executed"));
  for (const pid of [box.pid, other.pid]) {
    const target = { pid, exec };
    const { exitCode, output } = await probeFor(record, { ...check, probe, onUnhealthy: "none" }, target)(
      AbortSignal.timeout(5000),
    );
    assert.deepEqual([exitCode, /ended|ENOENT/.test(output)], [1, true], output);
  }
});

Deno.test("a container that is watched is healthy, then not, and ps and inspect say so", async () => {
  await using host = await openHost();
  const paths = storePaths(new Map(Object.entries(host.env)));
  await using box = await runInBackground(host, [
    ...["--name", "box", "--health-interval", "50ms", "--health-cmd", "unused"],
    ...["busybox", "sh", "-c", `echo hello >/index.html; httpd -p 127.0.0.1:${PORT} -h /; sleep 1000`],
  ]);
  const record = recordOf(host, box);
  const exec = async ({ command }: { command: string[] }) => {
    const { code, stdout } = await host.budgie(["exec", "box", ...command]);
    return { exitCode: code, output: stdout, timedOut: false };
  };
  const command = { type: "command" as const, test: ["CMD-SHELL", `wget -qO- 127.0.0.1:${PORT}/index.html`] };
  const check = { ...healthcheckOf(record)!, probe: command, retries: 2 };
  const run = await host.ok(["inspect", "--format", "{{.State.StartedAt}}", "box"]);
  const stop = new AbortController();
  const watching = watchHealth(check, {
    probe: probeFor(record, check, { pid: box.pid, exec }),
    onResult: (health) =>
      writeSupervision(paths, record.id, { restartCount: 0, starts: record.starts, health, run }),
    signal: stop.signal,
  });
  const status = () => host.ok(["ps", "--format", "{{.Status}}"]);
  await eventually("it is healthy", async () => /^Up .* \(healthy\)$/.test(await status()));
  await host.ok(["exec", "box", "killall", "httpd"]);
  await eventually("it is unhealthy", async () => /^Up .* \(unhealthy\)$/.test(await status()));
  stop.abort();
  await watching;
  const [{ State }] = JSON.parse(await host.ok(["inspect", "box"]));
  assert.equal(State.Health.Status, "unhealthy");
  assert.ok(State.Health.FailingStreak >= 2);
  assert.ok(State.Health.Log.some((result: { ExitCode: number }) => result.ExitCode === 1));
  assert.equal(await host.ok(["ps", "-f", "health=unhealthy", "--format", "{{.Names}}"]), "box");
});

Deno.test("the flags of a health check are in inspect and in ps", async () => {
  await using host = await openHost();
  const flags = ["--health-cmd", "test -f /ok", "--health-interval", "1m30s", "--health-retries", "2"];
  await using _box = await runInBackground(host, ["--name", "box", ...flags, "busybox", "sleep", "1000"]);
  const [{ Config, State, Budgie }] = JSON.parse(await host.ok(["inspect", "box"]));
  assert.deepEqual(Config.Healthcheck, { Test: ["CMD-SHELL", "test -f /ok"], Interval: 90e9, Retries: 2 });
  assert.deepEqual([State.Health.Status, State.Health.FailingStreak], ["starting", 0]);
  assert.deepEqual([Budgie.Healthcheck.Timeout, Budgie.Healthcheck.OnUnhealthy], [30e9, "restart"]);
  assert.match(
    await host.ok(["ps", "--format", "{{.Status}}|{{.HealthStatus}}"]),
    /\(health: starting\)\|starting$/,
  );
  assert.equal(await host.ok(["ps", "-f", "health=starting", "--format", "{{.Names}}"]), "box");
  assert.equal(await host.ok(["ps", "-q", "-f", "health=none"]), "");
});

Deno.test("run refuses a health check that contradicts itself", async () => {
  await using host = await openHost();
  const result = await host.budgie(["run", "--no-healthcheck", "--health-cmd", "true", "busybox", "true"]);
  assert.equal(result.code, 125);
  assert.match(result.stderr, /^Error: Cannot use --no-healthcheck with --health-\* flags/m);
});
