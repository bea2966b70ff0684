import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { gzipSync } from "node:zlib";
import { type HostileRegistry, type Intercept, serveImage } from "./fixture/hostile_registry.ts";
import { show } from "./fixture/process.ts";
import { startProxy } from "./fixture/proxy.ts";
import { startRegistry } from "./fixture/registry.ts";
import { testImages } from "./fixture/images.ts";
import { tar } from "./fixture/tar.ts";
import { eventually } from "./fixture/wait.ts";

const HELLO = tar([{ name: "hello", content: "hello\n" }]);

Deno.test("pull prints plain lines without a terminal, and ends with the full reference", async () => {
  await using host = await openHost({ images: [] });
  const result = await host.budgie(["pull", "busybox"]);
  assert.equal(result.code, 0, show(result));
  assert.equal(result.stdout, "docker.io/library/busybox:latest\n");
  assert.ok(!result.stderr.includes("\x1b"), result.stderr);
  assert.match(result.stderr, /[0-9a-f]{12}/);
});

Deno.test("pull -q prints only the reference", async () => {
  await using host = await openHost({ images: [] });
  const result = await host.budgie(["pull", "-q", "busybox"]);
  assert.deepEqual(result, { code: 0, stdout: "docker.io/library/busybox:latest\n", stderr: "" });
});

Deno.test("pull draws a bar for each layer on a terminal", async () => {
  await using host = await openHost({ images: [] });
  await using terminal = await host.terminal(["pull", "debian"]);
  assert.equal(await terminal.ended, 0);
  assert.ok(terminal.output.includes("\x1b["), terminal.output);
  assert.match(terminal.output, /MB/);
});

Deno.test("pull takes tags, digests, ports and localhost", async () => {
  await using host = await openHost({ images: [] });
  const port = host.registry.address.split(":")[1];
  await host.ok(["pull", "-q", "busybox:1.0"]);
  await host.ok(["pull", "-q", `localhost:${port}/library/busybox`]);
  await host.ok(["pull", "-q", `${host.registry.address}/library/busybox`]);
  const digests = await host.ok(["images", "--digests", "--format", "{{.Digest}}"]);
  const digest = digests.split("\n").find((line) => line.startsWith("sha256:"));
  await host.ok(["pull", "-q", `busybox@${digest}`]);
  await host.ok(["pull", "-q", `busybox:latest@${digest}`]); // the digest decides
  assert.equal(await host.ok(["run", "--rm", `busybox@${digest}`, "echo", "by digest"]), "by digest");
});

Deno.test("pull reads docker's schema 2 and zstd layers", async () => {
  await using host = await openHost({ images: [] });
  for (const image of [`${host.registry.address}/team/busybox:schema2`, "zstd"]) {
    await host.ok(["pull", "-q", image]);
    assert.equal(await host.ok(["run", "--rm", image, "echo", "works"]), "works");
  }
});

Deno.test("pull --platform chooses from an index, and lists what there is when nothing fits", async () => {
  await using host = await openHost({ images: [] });
  const label = async (platform: string) => {
    await host.ok(["pull", "-q", "--platform", platform, "multi"]);
    return await host.ok(["image", "inspect", "--format", "{{.Config.Labels.platform}}", "multi"]);
  };
  assert.equal(await label("linux/arm64"), "arm64/v8");
  assert.equal(await label("linux/arm64/v8"), "arm64/v8");
  assert.equal(await label("linux/arm/v7"), "arm/v7");
  assert.equal(await label("linux/amd64"), "amd64");
  const result = await host.budgie(["pull", "--platform", "linux/riscv64", "multi"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /linux\/amd64.*linux\/arm64\/v8.*linux\/arm\/v7/s);
});

Deno.test("pull logs in with the credentials of docker's configuration", async () => {
  await using host = await openHost({ images: [] });
  const { layouts } = await testImages();
  const login = { user: "ann", password: "s3cret-word" };
  await using registry = await startRegistry({ login });
  await registry.push(`oci:${layouts}/busybox:latest`, "private/busybox:latest");
  const image = `${registry.address}/private/busybox`;

  const without = await host.budgie(["pull", image]);
  assert.equal(without.code, 1, show(without));
  assert.match(without.stderr, /401|log ?in|credentials|denied|unauthorized/i);

  await Deno.mkdir(`${host.directory}/.docker`);
  const configure = (password: string) =>
    host.write(
      ".docker/config.json",
      JSON.stringify({ auths: { [registry.address]: { auth: btoa(`${login.user}:${password}`) } } }),
    );
  await configure("wrong-word");
  const wrong = await host.budgie(["pull", image]);
  assert.equal(wrong.code, 1);
  assert.doesNotMatch(wrong.stderr + wrong.stdout, /wrong-word/);
  await configure(login.password);
  await host.ok(["pull", "-q", image]);
});

Deno.test("pull trusts a private CA that was configured, and nobody else's", async () => {
  await using host = await openHost({ images: [] });
  const { layouts } = await testImages();
  await using registry = await startRegistry({ tls: true });
  await registry.push(`oci:${layouts}/busybox:latest`, "busybox:latest");
  const image = `${registry.address}/busybox`;
  const unknown = await host.budgie(["pull", image]);
  assert.equal(unknown.code, 1, show(unknown));
  assert.match(unknown.stderr, /certificate|TLS/i);
  await host.ok(["pull", "-q", image], { env: { BUDGIE_REGISTRIES_CA_FILE: registry.caFile } });
});

Deno.test("pull gets a Bearer token where the registry asks for one", async () => {
  await using host = await openHost({ images: [] });
  const scopes: string[] = [];
  await using registry = serveImage({ tars: [HELLO] }, (request, url) => {
    if (url.pathname === "/token") {
      scopes.push(url.searchParams.get("scope") ?? "");
      return Response.json({ token: "the-token", expires_in: 300 });
    }
    if (request.headers.get("authorization") === "Bearer the-token") return undefined;
    const challenge =
      `Bearer realm="http://${url.host}/token",service="test",scope="repository:test/image:pull"`;
    return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
  });
  await host.ok(["pull", "-q", registry.reference]);
  assert.deepEqual([...new Set(scopes)], ["repository:test/image:pull"]);
});

Deno.test("pull follows a redirect of a blob without giving the credentials away", async () => {
  await using host = await openHost({ images: [] });
  const seen: (string | null)[] = [];
  await using store = serveImage({ tars: [HELLO] }, (request) => {
    seen.push(request.headers.get("authorization"));
    return undefined;
  });
  await using registry = serveImage({ tars: [HELLO] }, (request, url) => {
    if (!request.headers.has("authorization")) {
      return new Response(null, { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } });
    }
    // "localhost" is another host than 127.0.0.1.
    const elsewhere = `http://localhost:${store.address.split(":")[1]}${url.pathname}`;
    return url.pathname.includes("/blobs/") ? Response.redirect(elsewhere, 307) : undefined;
  });
  await Deno.mkdir(`${host.directory}/.docker`);
  const auths = { [registry.address]: { auth: btoa("ann:secret") } };
  await host.write(".docker/config.json", JSON.stringify({ auths }));
  await host.ok(["pull", "-q", registry.reference]);
  assert.ok(seen.length > 0);
  assert.deepEqual([...new Set(seen)], [null]);
});

Deno.test("pull goes on where a broken connection stopped", async () => {
  await using host = await openHost({ images: [] });
  const noise = crypto.getRandomValues(new Uint8Array(60_000));
  const ranges: (string | null)[] = [];
  const bytes = { half: new Uint8Array(0), rest: new Uint8Array(0) };
  const intercept: Intercept = (request, url) => {
    if (!url.pathname.endsWith(registry.layers[0])) return undefined;
    const range = request.headers.get("range");
    ranges.push(range);
    const from = Number(/^bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    if (from === 0) return brokenOff(bytes.half, bytes.half.length + bytes.rest.length);
    const whole = new Uint8Array([...bytes.half, ...bytes.rest]);
    const headers = { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` };
    return new Response(whole.slice(from), { status: 206, headers });
  };
  const content = tar([{ name: "noise", content: noise }]);
  const layer = new Uint8Array(gzipSync(content));
  bytes.half = layer.slice(0, 30_000);
  bytes.rest = layer.slice(30_000);
  await using registry = serveImage({ tars: [content], layers: [layer] }, intercept);
  await host.ok(["pull", "-q", registry.reference]);
  assert.equal(ranges[0], null);
  assert.match(ranges[1] ?? "", /^bytes=[1-9]\d*-$/);
});

/** A body that ends before its announced length. */
function brokenOff(part: Uint8Array<ArrayBuffer>, length: number): Response {
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(part);
      await new Promise((resolve) => setTimeout(resolve, 200)); // what was sent arrives before the reset
      controller.error(new Error("broken off by the test"));
    },
  });
  return new Response(body, { headers: { "content-length": String(length) } });
}

Deno.test("pull asks a mirror first, and the registry when the mirror has nothing", async () => {
  await using host = await openHost({ images: [] });
  await using empty = await startRegistry();
  await using registry = serveImage({ tars: [HELLO] });
  const env = { BUDGIE_REGISTRIES_MIRRORS: `${registry.address}=http://${empty.address}` };
  await host.ok(["pull", "-q", registry.reference], { env });
  assert.ok(registry.requests.length > 0);
});

Deno.test("pull goes through the proxy of the environment, and past it for NO_PROXY", async () => {
  await using host = await openHost({ images: [] });
  const { layouts } = await testImages();
  await using registry = await startRegistry({ tls: true });
  await registry.push(`oci:${layouts}/busybox:latest`, "busybox:latest");
  await using proxy = startProxy(registry.address);
  const image = "registry.example/busybox";
  const env = { HTTPS_PROXY: proxy.url, NO_PROXY: "", BUDGIE_REGISTRIES_CA_FILE: registry.caFile };
  await host.ok(["pull", "-q", image], { env });
  assert.ok(proxy.tunnels.includes("registry.example:443"), proxy.tunnels.join());
  const direct = await host.budgie(["pull", "-q", image], { env: { ...env, NO_PROXY: "registry.example" } });
  assert.equal(direct.code, 1, "there is no such host");
});

Deno.test("two pulls of one image at once both succeed and share the download", async () => {
  await using host = await openHost({ images: [] });
  const secondWaits = Promise.withResolvers<void>();
  await using registry = serveHalting(secondWaits.promise);
  const first = host.spawn(["pull", registry.reference]);
  await eventually("the layer was asked for", () => registry.ranges.length === 1);
  const second = host.spawn(["pull", registry.reference]);
  const printed = new Response(second.stdout).text();
  let said = "";
  const reading = (async () => {
    for await (const text of second.stderr.pipeThrough(new TextDecoderStream())) said += text;
  })();
  await eventually("the second waits", () => said.includes("another process is fetching"));
  secondWaits.resolve();
  assert.equal((await first.output()).code, 0);
  assert.equal((await second.status).code, 0, said);
  await Promise.all([reading, printed]);
  assert.deepEqual(registry.ranges, [null]);
});

Deno.test("what a killed pull had received is not fetched again", async () => {
  await using host = await openHost({ images: [] });
  await using registry = serveHalting(new Promise(() => {}));
  const child = host.spawn(["pull", registry.reference]);
  const received = async () => {
    const files = await Array.fromAsync(Deno.readDir(`${host.data}/tmp`)).catch(() => []);
    const partial = files.find(({ name }) => name.startsWith("blob-"));
    return partial ? (await Deno.stat(`${host.data}/tmp/${partial.name}`)).size : 0;
  };
  await eventually("half of the layer is here", async () => await received() === HALF_BYTES);
  child.kill("SIGKILL");
  await child.output();
  assert.equal(await host.ok(["images", "-q"]), "");
  await host.ok(["pull", "-q", registry.reference]);
  assert.deepEqual(registry.ranges, [null, `bytes=${HALF_BYTES}-`]);
});

const HALF_BYTES = 30_000;

/** An image whose layer halts in its middle until `goOn`; the rest can also be had by a range. */
function serveHalting(goOn: Promise<void>): HostileRegistry & { ranges: (string | null)[] } {
  const tars = [tar([{ name: "noise", content: crypto.getRandomValues(new Uint8Array(60_000)) }])];
  const layer = new Uint8Array(gzipSync(tars[0]));
  const ranges: (string | null)[] = [];
  const registry = serveImage({ tars, layers: [layer] }, (request, url) => {
    if (!url.pathname.endsWith(registry.layers[0])) return undefined;
    const range = request.headers.get("range");
    ranges.push(range);
    if (range !== null) {
      const from = Number(/^bytes=(\d+)-$/.exec(range)![1]);
      const headers = { "content-range": `bytes ${from}-${layer.length - 1}/${layer.length}` };
      return new Response(layer.slice(from), { status: 206, headers });
    }
    const halves = new ReadableStream({
      async start(controller) {
        controller.enqueue(layer.slice(0, HALF_BYTES));
        await goOn;
        controller.enqueue(layer.slice(HALF_BYTES));
        controller.close();
      },
    });
    return new Response(halves, { headers: { "content-length": String(layer.length) } });
  });
  return Object.assign(registry, { ranges });
}

Deno.test("images share the layers that they have in common", async () => {
  await using host = await openHost({ images: ["debian"] });
  const before = (await Array.fromAsync(Deno.readDir(`${host.data}/layers`))).length;
  await host.ok(["pull", "-q", "nginx"]);
  const after = (await Array.fromAsync(Deno.readDir(`${host.data}/layers`))).length;
  assert.equal(after, before);
});

Deno.test("a pull that was killed leaves nothing visible, and the next one completes it", async () => {
  await using host = await openHost({ images: [] });
  for (const delayMs of [150, 400, 800]) {
    const child = host.spawn(["pull", "debian"]);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    child.kill("SIGKILL");
    const { code } = await child.output();
    if (code === 0) continue; // it was faster
    const blobs = `${host.data}/images/blobs/sha256`;
    await eventually("nothing visible", async () => (await host.ok(["images", "-q"])) === "");
    for (const { name } of await Array.fromAsync(Deno.readDir(blobs)).catch(() => [])) {
      const { digestOf } = await import("./fixture/layout.ts");
      assert.equal(digestOf(await Deno.readFile(`${blobs}/${name}`)), `sha256:${name}`);
    }
  }
  await host.ok(["pull", "-q", "debian"]);
  assert.match(await host.ok(["run", "--rm", "debian", "cat", "/etc/os-release"]), /Debian|Ubuntu/);
});

Deno.test("an interrupted pull says so with code 130 and leaves no temporary files for ever", async () => {
  await using host = await openHost({ images: [] });
  await using registry = serveImage({ tars: [HELLO] }, (_request, url) => {
    if (!url.pathname.includes("/blobs/")) return undefined;
    return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) }));
  });
  const child = host.spawn(["pull", registry.reference]);
  await eventually(
    "the blob was asked for",
    () => registry.requests.some((line) => line.includes("/blobs/")),
  );
  child.kill("SIGINT");
  const { code } = await child.output();
  assert.equal(code, 130);
});

Deno.test("unpacked files keep owner, mode, time, links, devices and capabilities", async () => {
  await using host = await openHost({ images: ["debian"] });
  const script = `cd /opt/special
    getcap capable
    stat -c '%n %u:%g %a' setuid
    stat -c '%n %Y %h' linked
    [ linked -ef link ] && echo hard link
    stat -c '%n %F' fifo null
    stat -c '%n %t:%T' null
    stat -c '%s %b' sparse
    cat n*`;
  const lines = (await host.ok(["run", "--rm", "debian", "sh", "-c", script])).split("\n");
  assert.match(lines[0], /^capable cap_net_raw[=+]ep$/);
  assert.deepEqual(lines.slice(1, 4), ["setuid 12:34 4755", "linked 1000000000 2", "hard link"]);
  assert.deepEqual(lines.slice(4, 7), ["fifo fifo", "null character special file", "null 1:3"]);
  assert.match(lines[7], /^8388608 /);
  assert.equal(lines[8], "long name");
});

Deno.test("an image that has a layer twice runs, with the later one on top", async () => {
  await using host = await openHost({ images: [] });
  const { busyboxLayer } = await import("./fixture/images.ts");
  const twice = tar([{ name: "word", content: "twice\n" }]);
  const between = tar([{ name: "word", content: "between\n" }]);
  await using registry = serveImage({ tars: [await busyboxLayer(), twice, between, twice] });
  assert.equal(await host.ok(["run", "--rm", "-q", registry.reference, "cat", "/word"]), "twice");
});

Deno.test("an image of more layers than one mount option holds runs", async () => {
  await using host = await openHost();
  const { busyboxLayer } = await import("./fixture/images.ts");
  const count = 120;
  const layers = Array.from({ length: count }, (_, i) => tar([{ name: `layer-${i}`, content: `${i}\n` }]));
  await using registry = serveImage({ tars: [await busyboxLayer(), ...layers] });
  const script = "ls / | grep -c layer-; cat /layer-119";
  assert.equal(await host.ok(["run", "--rm", registry.reference, "sh", "-c", script]), `${count}\n119`);
});
