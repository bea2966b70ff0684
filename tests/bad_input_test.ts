import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type Host, openHost } from "./fixture/host.ts";
import { type HostileImage, type Intercept, serveImage } from "./fixture/hostile_registry.ts";
import { type RunResult, show } from "./fixture/process.ts";
import { tar, type TarEntry } from "./fixture/tar.ts";

const HELLO = tar([{ name: "hello", content: "hello\n" }]);

/** Two lines on standard error, nothing on standard output, the code, and nothing stored. */
async function assertRefused(host: Host, result: RunResult, wanted: RegExp, code = 1): Promise<void> {
  assert.equal(result.code, code, show(result));
  assert.equal(result.stdout, "", show(result));
  assert.match(result.stderr, /^Error: /m, show(result));
  assert.match(result.stderr, wanted, show(result));
  assert.doesNotMatch(result.stderr, /bug of its own|^\s+at .*\.(ts|js):\d+/m, show(result));
  assert.equal(await host.ok(["images", "-q"]), "");
  assert.equal(await host.ok(["ps", "-aq"]), "");
}

/** Pulls from a registry in this process, and expects the error. */
function refusesPull(name: string, image: HostileImage, wanted: RegExp, intercept?: Intercept): void {
  Deno.test(`pull refuses ${name}`, async () => {
    await using host = await openHost({ images: [] });
    await using registry = serveImage(image, intercept);
    await assertRefused(host, await host.budgie(["pull", registry.reference]), wanted);
  });
}

Deno.test("a reference that is none is refused with 125", async () => {
  await using host = await openHost({ images: [] });
  for (const reference of ["UPPER/Case", "a b", "x:y:z", "-x:", "busybox@sha256:12", ""]) {
    const result = await host.budgie(["pull", "--", reference]);
    await assertRefused(host, result, /reference|name|tag|digest/i, 125);
  }
});

Deno.test("a host that is unknown, refuses, or speaks no TLS is told apart", async () => {
  await using host = await openHost({ images: [] });
  const pull = (image: string) => host.budgie(["pull", image]);
  await assertRefused(host, await pull("no-such-host.invalid/x"), /no-such-host\.invalid/);
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr;
  closed.close();
  await assertRefused(host, await pull(`127.0.0.1:${port}/x`), /refused/i);
});

Deno.test("a repository or tag that is missing is said to be missing", async () => {
  await using host = await openHost({ images: [] });
  for (const name of ["library/no-such", "library/busybox:no-such"]) {
    const result = await host.budgie(["pull", `${host.registry.address}/${name}`]);
    await assertRefused(host, result, /no-such/);
    assert.match(result.stderr, /not found|no such|does not (exist|have)|404|unknown/i);
  }
});

const answer = (status: number, headers: Record<string, string> = {}): Intercept => (_request, url) =>
  url.pathname.includes("/manifests/")
    ? Response.json({ errors: [{ code: "DENIED", message: "the registry's own words" }] }, {
      status,
      headers,
    })
    : undefined;

refusesPull(
  "401",
  { tars: [HELLO] },
  /401|log ?in|credentials|authenti|unauthorized/i,
  answer(401, { "www-authenticate": 'Basic realm="x"' }),
);
refusesPull("403", { tars: [HELLO] }, /403|denied|not allowed|forbidden/i, answer(403));
refusesPull("404", { tars: [HELLO] }, /404|not found|no such|does not/i, answer(404));
refusesPull("429 that stays", { tars: [HELLO] }, /429|too many|rate/i, answer(429, { "retry-after": "0" }));
refusesPull("500 that stays", { tars: [HELLO] }, /500/, answer(500));

refusesPull(
  "schema 1, by its name",
  {
    tars: [HELLO],
    manifest: () => ({
      schemaVersion: 1,
      mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws",
      fsLayers: [],
      history: [],
    }),
  },
  /schema ?(version )?1/i,
);
refusesPull("a manifest over 4 MiB", {
  tars: [HELLO],
  manifest: (manifest) => ({ ...manifest, annotations: { filler: "x".repeat(5 * 1024 ** 2) } }),
}, /4 ?MiB|4194304|4\.19|too large|larger/i);
refusesPull(
  "a manifest that is not JSON",
  { tars: [HELLO] },
  /JSON/,
  (_request, url) =>
    url.pathname.includes("/manifests/")
      ? new Response("<html>", { headers: { "content-type": "application/vnd.oci.image.manifest.v1+json" } })
      : undefined,
);
refusesPull("a wrong diffID", { tars: [HELLO], diffIDs: [`sha256:${"0".repeat(64)}`] }, /diffID|diff_id/i);
refusesPull("more diffIDs than layers", {
  tars: [HELLO],
  diffIDs: [`sha256:${"0".repeat(64)}`, `sha256:${"1".repeat(64)}`],
}, /layer/i);
refusesPull("a layer of an unknown kind", {
  tars: [HELLO],
  manifest: (manifest) => {
    manifest.layers[0].mediaType = "application/vnd.example.foo";
    return manifest;
  },
}, /application\/vnd\.example\.foo/);

/** Answers the one layer with something else. */
const layerIs =
  (body: (honest: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): Intercept => (_request, url) => {
    if (!url.pathname.includes("/blobs/")) return undefined;
    const honest = new Uint8Array(gzipSync(HELLO));
    return url.pathname.endsWith(LAYER_DIGEST) ? new Response(body(honest)) : undefined;
  };
const { digestOf } = await import("./fixture/layout.ts");
const LAYER_DIGEST = digestOf(gzipSync(HELLO));

refusesPull(
  "a blob that stops early",
  { tars: [HELLO] },
  /size|bytes|truncated|ended|short/i,
  layerIs((blob) => blob.slice(0, -10)),
);
refusesPull(
  "a blob with other bytes",
  { tars: [HELLO] },
  /digest|sha256/i,
  layerIs((blob) => {
    const changed = blob.slice();
    changed[changed.length - 12] ^= 1;
    return changed;
  }),
);
refusesPull(
  "a blob that is longer than announced",
  { tars: [HELLO] },
  /size|bytes|longer|more/i,
  layerIs((blob) => new Uint8Array([...blob, 1, 2, 3])),
);
refusesPull("a layer that is no gzip", {
  tars: [HELLO],
  layers: [new TextEncoder().encode("not gzip at all")],
}, /gzip|decompress|header/i);
refusesPull("a layer that is no tar", { tars: [new Uint8Array(2048).fill(7)] }, /tar|header|checksum/i);

Deno.test("pull refuses a gzip bomb before the disk is full", async () => {
  await using host = await openHost({ images: [] });
  const size = 300 * 1024 ** 2;
  const bomb = tar([{ name: "zeros", content: new Uint8Array(size) }]);
  await using registry = serveImage({ tars: [bomb] });
  await assertRefused(
    host,
    await host.budgie(["pull", registry.reference]),
    /ratio|expand|unpack|times|bomb/i,
  );
});

/** Layers that try to reach outside of their folder: refused, or kept inside; the host stays untouched. */
const ESCAPES: Record<string, TarEntry[]> = {
  "a name with ..": [{ name: "../../../../../../var/tmp/budgie-escaped", content: "x" }],
  "a .. in the middle": [{ name: "a/../../../../../../../var/tmp/budgie-escaped", content: "x" }],
  "an absolute name": [{ name: "/var/tmp/budgie-escaped", content: "x" }],
  "a symlink and a file through it": [
    { name: "out", type: "symlink", linkTarget: "/var/tmp" },
    { name: "out/budgie-escaped", content: "x" },
  ],
  "a relative symlink and a file through it": [
    { name: "out", type: "symlink", linkTarget: "../../../../../../../../var/tmp" },
    { name: "out/budgie-escaped", content: "x" },
  ],
  "a hard link through a symlink": [
    { name: "out", type: "symlink", linkTarget: "/etc" },
    { name: "link", type: "hardlink", linkTarget: "out/hostname" },
  ],
  "a hard link to outside": [{
    name: "link",
    type: "hardlink",
    linkTarget: "../../../../../../../../etc/hostname",
  }],
  "a hard link to an absolute name": [{ name: "link", type: "hardlink", linkTarget: "/etc/hostname" }],
  "a whiteout of ..": [{ name: "a/" }, { name: "a/.wh..." }],
  "a whiteout through a symlink": [
    { name: "out", type: "symlink", linkTarget: "/var/tmp" },
    { name: "out/.wh.budgie-victim" },
  ],
  "a name in PAX with ..": [{
    name: "x",
    content: "x",
    pax: { path: "../../../../../../var/tmp/budgie-escaped" },
  }],
};

for (const [name, entries] of Object.entries(ESCAPES)) {
  Deno.test(`a layer with ${name} changes nothing outside`, async () => {
    await using host = await openHost({ images: [] });
    const victim = "/var/tmp/budgie-victim";
    const escaped = "/var/tmp/budgie-escaped";
    await Deno.writeTextFile(victim, "stays");
    const linksBefore = (await Deno.stat("/etc/hostname")).nlink;
    try {
      await using registry = serveImage({ tars: [tar(entries)] });
      const result = await host.budgie(["pull", registry.reference]);
      assert.ok(result.code === 0 || result.code === 1, show(result));
      if (result.code === 1) assert.match(result.stderr, /^Error: Cannot /m);
      assert.equal(await Deno.readTextFile(victim), "stays");
      await assert.rejects(Deno.lstat(escaped), Deno.errors.NotFound);
      assert.equal((await Deno.stat("/etc/hostname")).nlink, linksBefore);
    } finally {
      await Deno.remove(victim);
      await Deno.remove(escaped).catch(() => {});
    }
  });
}

Deno.test("a layer with a name of 10,000 bytes, or of a missing hard link target, is refused", async () => {
  await using host = await openHost({ images: [] });
  for (
    const entries of [
      [{ name: "n".repeat(10_000), content: "x" }],
      [{ name: "link", type: "hardlink" as const, linkTarget: "not-there" }],
    ]
  ) {
    await using registry = serveImage({ tars: [tar(entries)] });
    await assertRefused(host, await host.budgie(["pull", registry.reference]), /Cannot /);
  }
});

Deno.test("a device in a layer gives no container the right to use it", async () => {
  await using host = await openHost();
  const { busyboxLayer } = await import("./fixture/images.ts");
  const disk = (await Deno.stat("/")).dev;
  const device: [number, number] = [Number(disk >> 8) & 0xfff, Number(disk) & 0xff];
  await using registry = serveImage({
    tars: [await busyboxLayer(), tar([{ name: "disk", type: "block", device }])],
  });
  const result = await host.budgie(["run", "--rm", registry.reference, "head", "-c", "1", "/disk"]);
  assert.notEqual(result.code, 0, show(result));
});

/** Links of an image where budgie or the runtime will mount, write or read: nothing of the host changes. */
for (
  const target of [
    "dev",
    "proc",
    "sys",
    "etc",
    "etc/hosts",
    "etc/resolv.conf",
    "etc/hostname",
    "etc/passwd",
    "data",
  ]
) {
  Deno.test(`an image with a symlink at /${target} does not lead the runtime to the host`, async () => {
    await using host = await openHost();
    const { busyboxLayer } = await import("./fixture/images.ts");
    const trap = `${host.directory}/trap`;
    await Deno.mkdir(trap);
    await Deno.writeTextFile(`${trap}/file`, "of the host\n");
    const linkTarget = target.includes("/") ? `${trap}/file` : trap;
    const link = tar([
      ...(target.includes("/") ? [] : [{ name: `.wh.${target}` }]),
      { name: target, type: "symlink" as const, linkTarget },
    ]);
    await using registry = serveImage({ tars: [await busyboxLayer(), link] });
    const args = ["run", "--rm", "-v", "vol:/data/inside", "-w", "/data", registry.reference];
    const result = await host.budgie([...args, "sh", "-c", "cat /etc/hosts; echo changed >/etc/hosts"]);
    assert.doesNotMatch(result.stdout, /of the host/, show(result));
    assert.equal(await Deno.readTextFile(`${trap}/file`), "of the host\n");
    const inside = (await Array.fromAsync(Deno.readDir(trap))).map(({ name }) => name);
    assert.deepEqual(inside, ["file"]);
  });
}

Deno.test(".bun files that are not YAML, of wrong types, with unknown keys or no image are refused", async () => {
  await using host = await openHost({ images: [] });
  const files: Record<string, [string, RegExp]> = {
    "yaml.bun": ["version: [unclosed", /yaml\.bun:\d+:\d+/],
    "types.bun": [
      'version: "1.0"\nname: web\nimage: {docker_image: busybox}\nports: 80\n',
      /types\.bun:4:8.*ports/s,
    ],
    "unknown.bun": [
      'version: "1.0"\nname: web\nimage: {docker_image: busybox}\nenvironmant: {}\n',
      /unknown\.bun:4:1.*environmant.*environment/s,
    ],
    "image.bun": ['version: "1.0"\nname: web\n', /image\.bun:.*image/s],
    "empty.bun": ["", /empty\.bun/],
  };
  for (const [name, [text, wanted]] of Object.entries(files)) {
    const file = await host.write(name, text);
    await assertRefused(host, await host.budgie(["run", file]), wanted, 125);
    await assertRefused(host, await host.budgie(["validate", file]), wanted, 1);
  }
  await assertRefused(host, await host.budgie(["run", `${host.directory}/missing.bun`]), /missing\.bun/, 125);
});

Deno.test("run says so when no runtime is installed, and when the runtime fails", async () => {
  await using host = await openHost();
  const none = await host.budgie(["run", "--rm", "busybox", "true"], {
    env: { BUDGIE_RUNTIME: "/no/such/runtime" },
  });
  assert.equal(none.code, 125, show(none));
  assert.match(none.stderr, /^Error: .*\/no\/such\/runtime/m);
  const broken = await host.budgie(["run", "--rm", "busybox", "true"], {
    env: { BUDGIE_RUNTIME: "/bin/false" },
  });
  assert.equal(broken.code, 125, show(broken));
  assert.match(broken.stderr, /^Error: /m);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("commands say so when not root", async () => {
  await using host = await openHost();
  const { run } = await import("./fixture/process.ts");
  const { BUDGIE } = await import("./fixture/paths.ts");
  // The folder of the project may be closed to others: a copy in a place that everybody can read.
  const program = `${host.directory}/budgie`;
  await Deno.copyFile(await Deno.realPath(BUDGIE), program);
  await Deno.chmod(program, 0o755);
  await Deno.chmod(host.directory, 0o755);
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program];
  for (const args of [["ps"], ["run", "--rm", "busybox", "true"], ["pull", "busybox"]]) {
    const result = await run([...nobody, ...args], { env: { ...host.env, HOME: "/nonexistent" } });
    assert.ok(result.code === 1 || result.code === 125, show(result));
    assert.match(result.stderr, /^Error: .*not root/m, show(result));
  }
});

Deno.test("a data directory that cannot be written is an error with its path", async () => {
  await using host = await openHost({ images: [] });
  await Deno.writeTextFile(`${host.directory}/file`, "");
  for (const data of ["/proc/nowhere", `${host.directory}/file/data`]) {
    const result = await host.budgie(["pull", "busybox"], {
      env: { BUDGIE_DATA_DIR: data, BUDGIE_RUN_DIR: `${host.directory}/run` },
    });
    assert.equal(result.code, 1, show(result));
    assert.match(result.stderr, new RegExp(`^Error: Cannot .*${data}`, "m"));
  }
});

Deno.test("a disk that is full ends a pull with an error, and nothing half is left", async () => {
  await using host = await openHost({ images: [] });
  const { runOk } = await import("./fixture/process.ts");
  const data = `${host.directory}/small`;
  await Deno.mkdir(data);
  await runOk(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", data]);
  try {
    const env = { BUDGIE_DATA_DIR: data, BUDGIE_RUN_DIR: `${host.directory}/run` };
    const result = await host.budgie(["pull", "debian"], { env });
    assert.equal(result.code, 1, show(result));
    assert.match(result.stderr, /^Error: .*(space|full|free)/mi);
    assert.equal((await host.budgie(["images", "-q"], { env })).stdout, "");
  } finally {
    await runOk(["umount", data]);
  }
});

Deno.test("no error shows a password of the environment", async () => {
  await using host = await openHost();
  const env = ["-e", "PASSWORD=top-secret-value"];
  for (
    const args of [["busybox", "no-such-command"], ["--memory", "1", "busybox", "true"], [
      "--bogus",
      "busybox",
    ]]
  ) {
    const result = await host.budgie(["run", "--rm", ...env, ...args]);
    assert.doesNotMatch(result.stderr, /top-secret-value/);
  }
});
