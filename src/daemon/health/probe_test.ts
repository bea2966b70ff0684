import assert from "node:assert/strict";
import { NO_OPTIONS } from "../../bundle/testing/no_options.ts";
import { digestOf } from "../../../oci/digest.ts";
import type { ExecutionConfig } from "../../../oci/image.ts";
import type { ContainerRecord, ProbeOption } from "../../store/container.ts";
import type { ExecProbe } from "./command_probe.ts";
import { probeFor } from "./probe.ts";
import type { ProbeResult } from "./probe_result.ts";
import { selfSigned } from "./testing/certificate.ts";
import { http } from "./testing/http_probe.ts";

// The container shares the host's network here; tests/health_test.ts asks ones that have their own.
function recordOf(config: ExecutionConfig = {}): ContainerRecord {
  return {
    id: "a".repeat(64),
    name: "web",
    createdAt: "2026-01-02T12:00:00Z",
    imageId: digestOf("config"),
    imageReference: "docker.io/library/bb:latest",
    image: { architecture: "amd64", os: "linux", config, rootfs: { type: "layers", diff_ids: [] } },
    options: { ...NO_OPTIONS, network: "host" },
    runtime: "/usr/bin/crun",
    anonymousVolumes: [],
    endpoints: [],
    published: [],
    desired: "running",
    starts: 1,
  };
}

const never: ExecProbe = () => Promise.reject(new Error("nothing is to be executed"));

interface AskOptions {
  image?: ExecutionConfig;
  exec?: ExecProbe;
  signal?: AbortSignal;
}

/** One probe. */
function ask(probe: Exclude<ProbeOption, { type: "none" }>, options: AskOptions = {}): Promise<ProbeResult> {
  const times = { intervalMs: 1000, timeoutMs: 5000, startPeriodMs: 0, startIntervalMs: 1000 };
  const check = { ...times, probe, retries: 3, onUnhealthy: "none" as const };
  const target = { pid: Deno.pid, exec: options.exec ?? never };
  return probeFor(recordOf(options.image), check, target)(options.signal ?? AbortSignal.timeout(10_000));
}

/** A web server on a port of its own. */
function serve(handler: Deno.ServeHandler, options: { hostname?: string; cert?: string; key?: string } = {}) {
  const { cert, key, hostname = "127.0.0.1" } = options;
  const tls = cert && key ? { cert, key } : {};
  const server = Deno.serve({ port: 0, hostname, onListen() {}, ...tls }, handler);
  return { port: server.addr.port, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A server that does with each connection what `behave` says. */
function misbehave(behave: (connection: Deno.TcpConn) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.TcpConn[] = [];
  (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      behave(connection).catch(() => {});
    }
  })();
  return {
    port: listener.addr.port,
    [Symbol.dispose]() {
      listener[Symbol.dispose]();
      for (const connection of connections) connection[Symbol.dispose]();
    },
  };
}

/** A port on which nobody listens. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("a tcp probe is healthy where somebody listens", async () => {
  using server = misbehave(async () => {});
  assert.deepEqual(await ask({ type: "tcp", port: server.port }), {
    exitCode: 0,
    output: `Connected to port ${server.port}`,
  });
  const port = freePort();
  assert.deepEqual(await ask({ type: "tcp", port }), {
    exitCode: 1,
    output: `Cannot connect to port ${port}: nobody listens`,
  });
});

Deno.test("probes find programs that listen on IPv6 only", async () => {
  await using server = serve(() => new Response("six"), { hostname: "::1" });
  assert.equal((await ask({ type: "tcp", port: server.port })).exitCode, 0);
  assert.equal((await ask(http(server.port, { body: "six" }))).exitCode, 0);
});

Deno.test("an http probe judges the status, without following a redirect", async () => {
  await using server = serve((request) => {
    const status = Number(new URL(request.url).pathname.slice(1));
    return new Response(null, { status, headers: { location: "/200" } });
  });
  const asked = async (path: string, from = 200, to = 399) =>
    await ask(http(server.port, { path, status: { from, to } }));
  assert.deepEqual(await asked("/200"), { exitCode: 0, output: "HTTP 200 OK" });
  assert.deepEqual(await asked("/503"), { exitCode: 1, output: "HTTP 503 Service Unavailable" });
  assert.equal((await asked("/302")).exitCode, 0);
  assert.deepEqual(await asked("/302", 200, 299), { exitCode: 1, output: "HTTP 302 Found" });
  assert.equal((await asked("/404", 404, 404)).exitCode, 0);
});

Deno.test("an http probe looks for a text in the body where one is expected", async () => {
  await using server = serve(() => new Response(`${"x".repeat(50_000)} ready ${"x".repeat(50_000)}`));
  assert.equal((await ask(http(server.port, { body: "ready" }))).exitCode, 0);
  const missing = await ask(http(server.port, { body: "steady" }));
  assert.deepEqual(missing, { exitCode: 1, output: "HTTP 200 OK, and the body does not hold 'steady'" });
  await using far = serve(() => new Response(`${"x".repeat(70_000)} ready`));
  assert.equal((await ask(http(far.port, { body: "ready" }))).exitCode, 1); // behind the first 64 KiB
});

Deno.test("an http probe that expects no text does not wait for the body", async () => {
  await using server = serve(() => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })));
  assert.equal((await ask(http(server.port))).exitCode, 0);
});

Deno.test("an http probe asks for the path as it was written, on a connection of its own", async () => {
  const seen: string[] = [];
  await using server = serve((request, { remoteAddr }) => {
    const { port } = remoteAddr as Deno.NetAddr;
    seen.push(`${request.url} ${request.headers.get("host")} ${port}`);
    return new Response();
  });
  for (let probe = 0; probe < 3; probe++) await ask(http(server.port, { path: "/a/../b?c=d&ü=%20" }));
  const [url, host] = seen[0].split(" ");
  assert.ok(url.endsWith("?c=d&%C3%BC=%20"), url);
  assert.equal(host, `localhost:${server.port}`);
  assert.equal(new Set(seen.map((line) => line.split(" ")[2])).size, 3);
});

Deno.test("an https probe does not mind whose certificate it is", async () => {
  await using server = serve(
    (request) => new Response(`ready ${new URL(request.url).pathname}`),
    selfSigned(),
  );
  const check = http(server.port, { scheme: "https", path: "/health", body: "ready /health" });
  assert.deepEqual(await ask(check), { exitCode: 0, output: "HTTP 200 OK" });
  const plain = await ask(http(server.port));
  assert.equal(plain.exitCode, 1, plain.output);
});

Deno.test("what speaks something else has failed, and says so", async () => {
  using mute = misbehave((connection) => Promise.resolve(connection.close()));
  using other = misbehave(async (connection) => {
    await connection.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9\r\n"));
    await connection.read(new Uint8Array(1024)); // not to end with a reset before it is read
    connection.close();
  });
  await using plain = serve(() => new Response());
  const get = (scheme: string, port: number) => `Cannot get ${scheme}://localhost:${port}/: `;
  const asked = async (scheme: "http" | "https", port: number) =>
    (await ask(http(port, { scheme }))).output.slice(get(scheme, port).length);
  assert.match(
    await asked("http", mute.port),
    /^the answer can't be read: it ended early$|^the connection broke$/,
  );
  assert.equal(await asked("http", other.port), "the answer can't be read: it is not HTTP/1");
  for (const { port } of [mute, other, plain]) assert.match(await asked("https", port), /TLS/);
  assert.equal(await asked("http", freePort()), "nobody listens");
});

Deno.test("a probe that is aborted ends at once, wherever it is", async () => {
  using silent = misbehave(async () => {});
  for (const scheme of ["http", "https"] as const) {
    const begun = performance.now();
    await ask(http(silent.port, { scheme }), { signal: AbortSignal.timeout(50) });
    assert.ok(performance.now() - begun < 1000);
  }
  await openDescriptors(); // what is closed soon after
});

Deno.test("a thousand probes leave no descriptor open", async () => {
  await using good = serve(() => new Response("x".repeat(100_000)));
  await using secure = serve(() => new Response("x"), selfSigned());
  using silent = misbehave(async () => {});
  const closed = freePort();
  const checks = [
    { type: "tcp" as const, port: good.port },
    { type: "tcp" as const, port: closed },
    http(good.port, { body: "y" }),
    http(good.port),
    http(closed),
    http(secure.port, { scheme: "https" }),
    http(good.port, { scheme: "https" }),
    http(secure.port, { scheme: "https", body: "y" }),
    http(silent.port),
    http(silent.port, { scheme: "https" }),
  ];
  const askSoon = (check: typeof checks[number]) => {
    const isSilent = check.port === silent.port;
    return ask(check, { signal: AbortSignal.timeout(isSilent ? 50 : 10_000) });
  };
  for (const check of checks) await askSoon(check); // what is opened once and kept
  const before = await openDescriptors();
  for (let round = 0; round < 25; round++) {
    await Promise.all(Array.from({ length: 40 }, (_, index) => askSoon(checks[index % checks.length])));
  }
  silent[Symbol.dispose]();
  const after = await openDescriptors();
  assert.ok(after <= before + 2, `${before} before, ${after} after`);
});

Deno.test("probes that are aborted at any moment leave no descriptor open", async () => {
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return new Response("x".repeat(1_000_000));
  };
  await using plain = serve(slow);
  await using secure = serve(slow, selfSigned());
  const checks = [http(plain.port), http(secure.port, { scheme: "https" })].flatMap((check) => {
    return [check, { ...check, body: "y" }];
  });
  await Promise.all(checks.map((check) => ask(check)));
  const before = await openDescriptors();
  for (let round = 0; round < 25; round++) {
    await Promise.all(Array.from({ length: 20 }, (_, index) => {
      const signal = AbortSignal.timeout((round * 20 + index) * 7 % 150);
      return ask(checks[index % checks.length], { signal });
    }));
  }
  const after = await openDescriptors();
  assert.ok(after <= before + 2, `${before} before, ${after} after`);
});

/** Once the other sides in this process have closed theirs too. */
async function openDescriptors(): Promise<number> {
  let seen = Infinity;
  while (true) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = Array.from(Deno.readDirSync("/proc/self/fd")).length;
    if (now >= seen) return now;
    seen = now;
  }
}

Deno.test("a command is run as docker runs it", async () => {
  const commands: string[][] = [];
  const exec: ExecProbe = ({ command, timeoutMs, maxOutputBytes }) => {
    commands.push(command);
    assert.deepEqual([timeoutMs, maxOutputBytes], [5000, 4096]);
    return Promise.resolve({ exitCode: 3, output: "printed", timedOut: false });
  };
  const run = (test: string[], image = {}) => ask({ type: "command", test }, { image, exec });
  assert.deepEqual(await run(["CMD", "check", "a b"]), { exitCode: 3, output: "printed" });
  await run(["CMD-SHELL", "check a b"]);
  await run(["CMD-SHELL", "check a b"], { Shell: ["/bin/bash", "-ec"] });
  assert.deepEqual(commands, [
    ["check", "a b"],
    ["/bin/sh", "-c", "check a b"],
    ["/bin/bash", "-ec", "check a b"],
  ]);
  assert.equal((await run(["CMD"])).exitCode, 2);
});

Deno.test("a command that was too slow has failed with what it printed", async () => {
  const exec: ExecProbe = () => Promise.resolve({ exitCode: 137, output: "trying", timedOut: true });
  assert.deepEqual(await ask({ type: "command", test: ["CMD", "check"] }, { exec }), {
    exitCode: -1,
    output: "Health check exceeded timeout (5s): trying",
  });
});

Deno.test("without a port, http asks the lowest tcp port that the image exposes", async () => {
  await using server = serve(() => new Response());
  const ports = { [`${server.port}/tcp`]: {}, "1/udp": {}, "65535": {} };
  assert.equal((await ask(http(undefined), { image: { ExposedPorts: ports } })).exitCode, 0);
  const none = await ask(http(undefined), { image: { ExposedPorts: { "53/udp": {} } } });
  assert.deepEqual([none.exitCode, /exposes none/.test(none.output)], [2, true]);
});
