import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type Host, openHost } from "./fixture/host.ts";
import { type HostileImage, serveImage } from "./fixture/hostile_registry.ts";
import { digestOf, nativeArchitecture } from "./fixture/layout.ts";
import { show } from "./fixture/process.ts";
import { tar } from "./fixture/tar.ts";

/** What a registry does with one image. */
interface Lie {
  /** of the sentence, behind what could not be fetched and from where */
  reason: RegExp;
  image?: (layer: Uint8Array) => Partial<HostileImage>;
  /** asked for one part of the image, which is a part of the path; undefined: for its layer */
  about?: string;
  answer?: (
    asked: { request: Request; url: URL; layer: Uint8Array<ArrayBuffer> },
  ) => Promise<Response> | Response;
  /** as often as that it is asked, where that matters */
  times?: number;
  /** what is pulled, in place of the tag */
  digest?: string;
}

const MANIFEST = "/manifests/latest";
const OTHER = digestOf("another");

const LIES: Record<string, Lie> = {
  "a manifest of another digest": {
    reason: /: its digest is sha256:\w+ instead of sha256:/,
    digest: OTHER,
  },
  "an index with another digest for its manifest": {
    reason: /: its digest is sha256:\w+ instead of sha256:/,
    about: MANIFEST,
    answer: ({ url }) => indexWith(url, (real) => ({ ...real, digest: OTHER })),
  },
  "an index with a size that is too small for its manifest": {
    reason: /: it has more bytes than \d+$/m,
    about: MANIFEST,
    answer: ({ url }) => indexWith(url, (real) => ({ ...real, size: real.size - 1 })),
  },
  "an index with a size that is too large for its manifest": {
    reason: /: it has \d+ bytes instead of \d+$/m,
    about: MANIFEST,
    answer: ({ url }) => indexWith(url, (real) => ({ ...real, size: real.size + 1 })),
  },
  "a manifest without end": {
    reason: /: it is larger than the limit of 4194304 bytes$/m,
    about: MANIFEST,
    answer: () => endless(),
  },
  "redirects of the manifest in a circle": {
    reason: /: it redirects without end$/m,
    about: MANIFEST,
    answer: ({ url }) => Response.redirect(url.href),
  },
  "429 for the manifest, again and again": {
    reason: /: too many requests were made \(429\)$/m,
    about: MANIFEST,
    answer: () => refusal(0),
    times: 5,
  },
  "429 for the manifest, for an hour": {
    reason: /: too many requests were made \(429\)$/m,
    about: MANIFEST,
    answer: () => refusal(3600),
    times: 1,
  },
  "a configuration without end": {
    reason: /Cannot fetch the configuration .*: it is larger than the limit of 8388608 bytes$/m,
    about: "/blobs/",
    answer: () => endless(),
  },
  "a layer with one wrong bit": {
    reason: /: its digest is sha256:\w+ instead of sha256:/,
    answer: ({ layer }) => new Response(layer.map((byte, at) => at === 40 ? byte ^ 1 : byte)),
  },
  "a layer that is longer than the manifest says": {
    reason: /: it has more bytes than \d+$/m,
    answer: ({ layer }) => new Response(new Uint8Array([...layer, 0])),
  },
  "a layer that is shorter than the manifest says": {
    reason: /: it has 60 bytes instead of \d+$/m,
    answer: (asked) => part(asked, 60),
  },
  "a manifest with a size that is too small for its layer": {
    reason: /: it has more bytes than \d+$/m,
    image: (layer) => layerSize(layer.length - 1),
  },
  "a manifest with a size that is too large for its layer": {
    reason: /: it has \d+ bytes instead of \d+$/m,
    image: (layer) => layerSize(layer.length + 1),
    answer: (asked) => part(asked, asked.layer.length),
  },
  "a layer that ends before its Content-Length": {
    reason: /: it has 60 bytes instead of \d+$/m,
    answer: (asked) => part(asked, 60, { "content-length": String(asked.layer.length) }),
  },
  "a layer without end": {
    reason: /: it has more bytes than \d+$/m,
    answer: ({ layer }) => endless(layer),
  },
  "redirects of the layer in a circle": {
    reason: /: it redirects without end$/m,
    answer: ({ url }) => Response.redirect(url.href),
  },
  "429 for the layer, again and again": {
    reason: /: too many requests were made \(429\)$/m,
    answer: () => refusal(0),
    times: 5,
  },
};

Deno.test("pull from a registry that lies says so and keeps nothing; an honest one has the image then", async () => {
  await using host = await openHost({ images: [] });
  const lies = Object.entries(LIES).map(([name, lie]) => ({ name, lie, ...imageOf(name) }));
  await Promise.all(lies.map((one) => pullLie(host, one)));
  assert.equal(await host.ok(["images", "-aq"]), "");
  const { blobs, layers, temporary } = stored(host);
  assert.deepEqual([blobs, layers], [[], []]);
  assert.deepEqual(temporary.filter((name) => !name.startsWith("blob-")), []);
  await using honest = serveImage({ tars: lies.flatMap(({ tars }) => tars) });
  await host.ok(["pull", "-q", honest.reference]);
  assert.equal(stored(host).blobs.length, lies.length + 2);
  assert.deepEqual(stored(host).temporary, []);
});

Deno.test("pull passes over a mirror that is down, and one that lies about what it can be caught at", async () => {
  await using host = await openHost({ images: [] });
  const about = ["a configuration without end", ...Object.keys(LIES).filter((name) => !LIES[name].about)];
  const lies = about.filter((name) => LIES[name].answer && !LIES[name].image);
  assert.ok(lies.length > 6);
  await Promise.all(lies.map(async (name) => {
    const image = imageOf(name);
    const { answer, about = "/blobs/" } = LIES[name];
    await using mirror = serveImage(
      image,
      (request, url) =>
        url.pathname.includes(about) ? answer!({ request, url, layer: image.layers[0] }) : undefined,
    );
    await using honest = serveImage(image);
    const env = {
      BUDGIE_REGISTRIES_MIRRORS: `${honest.address}=http://127.0.0.1:1,http://${mirror.address}`,
    };
    await host.ok(["pull", "-q", honest.reference], { env });
    assert.ok(mirror.requests.some((line) => line.includes("/blobs/")), name);
  }));
});

Deno.test("run from a registry that lies exits with 125", async () => {
  await using host = await openHost({ images: [] });
  await using registry = serveImage(
    imageOf("run"),
    (_request, url) => url.pathname.endsWith(MANIFEST) ? endless() : undefined,
  );
  const result = await host.budgie(["run", "--rm", registry.reference]);
  assert.equal(result.code, 125, show(result));
  assert.match(result.stderr, /larger than the limit .*\nhint: /);
});

Deno.test("pull waits as long as Retry-After says when it is told 429 or 503", async () => {
  await using host = await openHost({ images: [] });
  await Promise.all([429, 503].map(async (status) => {
    let refusedAt = 0;
    let waitedMs = 0;
    await using registry = serveImage(imageOf(String(status)), (_request, url) => {
      if (!url.pathname.endsWith(MANIFEST)) return undefined;
      if (refusedAt === 0) {
        refusedAt = performance.now();
        return refusal(1, status);
      }
      waitedMs ||= performance.now() - refusedAt;
      return undefined;
    });
    await host.ok(["pull", "-q", registry.reference]);
    assert.ok(waitedMs >= 990 && waitedMs < 5_000, `${waitedMs} ms`);
  }));
});

/** An image of its own, so that what one pull keeps is of no use to another. */
function imageOf(name: string) {
  const noise = crypto.getRandomValues(new Uint8Array(200));
  const tars = [tar([{ name: "name", content: name }, { name: "noise", content: noise }])];
  return { tars, layers: tars.map((bytes) => new Uint8Array(gzipSync(bytes))) };
}

async function pullLie(
  host: Host,
  { name, lie, tars, layers: [layer] }: { name: string; lie: Lie } & ReturnType<typeof imageOf>,
): Promise<void> {
  let asked = 0;
  const about = lie.about ?? `/blobs/${digestOf(layer)}`;
  await using registry = serveImage({ tars, layers: [layer], ...lie.image?.(layer) }, (request, url) => {
    if (!lie.answer || !url.pathname.includes(about)) return undefined;
    asked++;
    return lie.answer({ request, url, layer });
  });
  const reference = lie.digest ? `${registry.address}/test/image@${lie.digest}` : registry.reference;
  const result = await host.budgie(["pull", "-q", reference]);
  const said = `${name}: ${show(result)}`;
  assert.equal(result.code, 1, said);
  assert.equal(result.stdout, "", said);
  const [error, hint, ...more] = result.stderr.trimEnd().split("\n");
  assert.match(error, /^Error: Cannot (use|fetch) (the manifest|the configuration|layer sha256:)/, said);
  assert.ok(error.includes(registry.address), said);
  assert.match(error, lie.reason, said);
  assert.match(hint, /^hint: \S/, said);
  assert.deepEqual(more, [], said);
  if (lie.times !== undefined) assert.equal(asked, lie.times, said);
}

function stored(host: Host) {
  const names = (folder: string) =>
    Array.from(Deno.readDirSync(`${host.data}/${folder}`), ({ name }) => name);
  return { blobs: names("images/blobs/sha256"), layers: names("layers"), temporary: names("tmp") };
}

/** An index in place of the manifest that it leads to. */
async function indexWith(url: URL, change: (real: { size: number }) => unknown): Promise<Response> {
  const answer = await fetch(url.href.replace("latest", "inner"));
  const bytes = await answer.bytes();
  const mediaType = answer.headers.get("content-type");
  const platform = { os: "linux", architecture: nativeArchitecture() };
  const real = { mediaType, digest: digestOf(bytes), size: bytes.length, platform };
  const type = "application/vnd.oci.image.index.v1+json";
  return Response.json({ schemaVersion: 2, mediaType: type, manifests: [change(real)] }, {
    headers: { "content-type": type },
  });
}

function layerSize(size: number): Partial<HostileImage> {
  return { manifest: (manifest) => ({ ...manifest, layers: [{ ...manifest.layers[0], size }] }) };
}

/** The first bytes of the layer, by somebody who knows of no others. */
function part(
  { request, layer }: { request: Request; layer: Uint8Array<ArrayBuffer> },
  length: number,
  headers: Record<string, string> = {},
): Response {
  if (request.headers.has("range")) return new Response(null, { status: 416 });
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(layer.slice(0, length));
      if (!headers["content-length"]) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, 200)); // what was sent arrives before the reset
      controller.error(new Error("broken off by the test"));
    },
  });
  return new Response(body, { headers });
}

function endless(start = new Uint8Array()): Response {
  let chunk = start;
  return new Response(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(chunk);
        chunk = new Uint8Array(65_536);
      },
    }),
  );
}

function refusal(retryAfterSeconds: number, status = 429): Response {
  return new Response(null, { status, headers: { "retry-after": String(retryAfterSeconds) } });
}
