/** Who may pull, by which way: tokens, redirects, mirrors, proxies, TLS. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import {
  type HostileImage,
  type HostileRegistry,
  type Intercept,
  serveImage,
} from "../../tests/fixture/hostile_registry.ts";
import { startRegistry } from "../../tests/fixture/registry.ts";
import { digestOf } from "../../oci/digest.ts";
import { type ImageStore, makeImageStore } from "./testing/image_store.ts";
import { tarOf } from "./testing/rootfs.ts";

const TAR = tarOf({ "etc/hello": "world" });
const GZIP = new Uint8Array(gzipSync(TAR));
const isLayer = (url: URL) => url.pathname.endsWith(`/blobs/${digestOf(GZIP)}`);
const serve = (intercept: Intercept, image: Partial<HostileImage> = {}) =>
  serveImage({ tars: [TAR], ...image }, intercept);

async function login(store: ImageStore, registry: string, entry: Record<string, string>): Promise<void> {
  const [file] = store.settings.loginFiles;
  await Deno.mkdir(file.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(file, JSON.stringify({ auths: { [registry]: entry } }));
}

interface TokenRequest {
  url: URL;
  authorization: string | null;
  body: string;
}

/** Wants a Bearer token that its own `/token` gives; each is good for `uses` requests. */
function serveWithTokens(
  { uses = Infinity, answer }: { uses?: number; answer?: (token: string) => Response } = {},
) {
  const tokenRequests: TokenRequest[] = [];
  let token = "";
  let left = 0;
  const registry: HostileRegistry = serve(async (request, url) => {
    if (url.pathname === "/token") {
      const body = await request.text();
      tokenRequests.push({ url, authorization: request.headers.get("authorization"), body });
      token = `token-${tokenRequests.length}`;
      left = uses;
      return answer ? answer(token) : Response.json({ token, expires_in: 300 });
    }
    if (request.headers.get("authorization") === `Bearer ${token}` && left-- > 0) return undefined;
    const challenge =
      `Bearer realm="http://${url.host}/token",service="nest",scope="repository:test/image:pull"`;
    return new Response("", { status: 401, headers: { "www-authenticate": challenge } });
  });
  return { registry, tokenRequests, [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose]() };
}

Deno.test("pullImage() gets an anonymous token once and uses it for all requests", async () => {
  await using server = serveWithTokens();
  await using store = await makeImageStore();
  await store.pull(server.registry.reference);
  assert.equal(server.tokenRequests.length, 1);
  const { url, authorization } = server.tokenRequests[0];
  assert.equal(url.search, "?service=nest&scope=repository%3Atest%2Fimage%3Apull");
  assert.equal(authorization, null);
});

Deno.test("pullImage() shows its credentials to the token server", async () => {
  await using server = serveWithTokens();
  await using store = await makeImageStore();
  await login(store, server.registry.address, { auth: btoa("bird:seed") });
  await store.pull(server.registry.reference);
  assert.equal(server.tokenRequests[0].authorization, `Basic ${btoa("bird:seed")}`);
});

Deno.test("pullImage() exchanges an identity token", async () => {
  await using server = serveWithTokens();
  await using store = await makeImageStore();
  await login(store, server.registry.address, { identitytoken: "refresh&me" });
  await store.pull(server.registry.reference);
  const sent = new URLSearchParams(server.tokenRequests[0].body);
  assert.equal(sent.get("grant_type"), "refresh_token");
  assert.equal(sent.get("refresh_token"), "refresh&me");
});

Deno.test("pullImage() gets a new token when one ends in the middle", async () => {
  await using server = serveWithTokens({ uses: 1 });
  await using store = await makeImageStore();
  await store.pull(server.registry.reference);
  assert.equal(server.tokenRequests.length, 3); // manifest, configuration, layer
});

Deno.test("pullImage() gives up when no token is ever good", async () => {
  await using server = serveWithTokens({ uses: 0 });
  await using store = await makeImageStore();
  await assert.rejects(store.pull(server.registry.reference), /a login is needed.*\(401\)/);
});

const BAD_TOKENS: Record<string, Response | (() => Response)> = {
  "nothing": () => Response.json({}),
  "a line break": () => Response.json({ token: "secret\r\nx-evil: 1" }),
  "more than a megabyte": () => new Response(new Uint8Array(1024 * 1024 + 1)),
  "no JSON": () => new Response("secret"),
};

for (const [name, answer] of Object.entries(BAD_TOKENS)) {
  Deno.test(`pullImage() refuses a token that is ${name}, and does not show it`, async () => {
    await using server = serveWithTokens({ answer: answer as () => Response });
    await using store = await makeImageStore();
    await assert.rejects(store.pull(server.registry.reference), (error: Error) => {
      assert.match(error.message, /Cannot get a token for 'test\/image'/);
      assert.doesNotMatch(Deno.inspect(error), /secret/);
      return true;
    });
  });
}

Deno.test("pullImage() says when the token server refuses the login", async () => {
  await using server = serveWithTokens({ answer: () => new Response("", { status: 401 }) });
  await using store = await makeImageStore();
  await login(store, server.registry.address, { auth: btoa("bird:s3cret") });
  await assert.rejects(store.pull(server.registry.reference), (error: Error) => {
    return /refuses the user name and password.*401/.test(error.message) &&
      !Deno.inspect(error).includes("s3cret");
  });
});

Deno.test("pullImage() follows a redirect to a blob store, without the credentials", async () => {
  const seen: (string | null)[] = [];
  await using blobStore = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    seen.push(request.headers.get("authorization"));
    return new Response(GZIP);
  });
  await using registry = serve((request, url) => {
    if (request.headers.get("authorization") === null) {
      return new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } });
    }
    const location = `http://127.0.0.1:${blobStore.addr.port}/blob?signature=1`;
    if (isLayer(url)) return new Response(null, { status: 307, headers: { location } });
  });
  await using store = await makeImageStore();
  await login(store, registry.address, { auth: btoa("bird:seed") });
  await store.pull(registry.reference);
  assert.deepEqual(seen, [null]);
});

Deno.test("pullImage() does not show the signature of a redirect when it fails", async () => {
  await using registry = serve((_request, url) => {
    const location = "http://127.0.0.1:1/blob?signature=s3cret";
    if (isLayer(url)) return new Response(null, { status: 307, headers: { location } });
  });
  await using store = await makeImageStore();
  await assert.rejects(store.pull(registry.reference), (error: Error) => {
    return /'127.0.0.1:1' refused the connection/.test(error.message) && !error.message.includes("s3cret");
  });
});

const BAD_REDIRECTS: Record<string, { location: string; message: RegExp }> = {
  "to a file": { location: "file:///etc/passwd", message: /not an address/ },
  "with a password": { location: "http://u:p@127.0.0.1:1/", message: /not an address/ },
};

for (const [name, { location, message }] of Object.entries(BAD_REDIRECTS)) {
  Deno.test(`pullImage() refuses a redirect ${name}`, async () => {
    await using registry = serve((_request, url) => {
      if (isLayer(url)) {
        return new Response(null, { status: 302, headers: { location } });
      }
    });
    await using store = await makeImageStore();
    await assert.rejects(store.pull(registry.reference), message);
  });
}

Deno.test("pullImage() refuses a redirect and a token server that lead from https to http", async () => {
  await using certificates = await startRegistry({ tls: true });
  const folder = certificates.caFile.replace(/\/[^/]*$/, "");
  const tls = {
    cert: Deno.readTextFileSync(`${folder}/server.crt`),
    key: Deno.readTextFileSync(`${folder}/server.key`),
  };
  let answer = new Response(null, { status: 307, headers: { location: "http://127.0.0.1:1/x" } });
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {}, ...tls }, (request) => {
    return new URL(request.url).pathname === "/v2/" ? new Response("{}") : answer.clone();
  });
  await using store = await makeImageStore();
  const registries = { ...store.settings, caFile: certificates.caFile };
  const reference = `127.0.0.1:${server.addr.port}/bird`;
  await assert.rejects(store.pull(reference, { registries }), /redirects from https to plain http/);
  const challenge = { "www-authenticate": 'Bearer realm="http://127.0.0.1:1/token"' };
  answer = new Response("", { status: 401, headers: challenge });
  await assert.rejects(store.pull(reference, { registries }), /has no TLS, and would see the password/);
});

Deno.test("pullImage() asks the mirror first, and the registry for what the mirror does not have", async () => {
  await using mirror = serve((_request, url) => isLayer(url) ? new Response("", { status: 404 }) : undefined);
  await using registry = serve(() => undefined);
  await using store = await makeImageStore();
  const mirrors = { [registry.address]: [`http://${mirror.address}`] };
  await store.pull(registry.reference, { registries: { ...store.settings, mirrors } });
  assert.ok(mirror.requests.some((request) => request.includes("/manifests/latest")));
  assert.deepEqual(registry.requests.filter((request) => request !== "GET /v2/"), [
    `GET /v2/test/image/blobs/${digestOf(GZIP)}`,
  ]);
});

Deno.test("pullImage() does without a mirror that is down or lies", async () => {
  await using liar = serve((_request, url) => isLayer(url) ? new Response(GZIP.subarray(0, 10)) : undefined);
  await using registry = serve(() => undefined);
  await using store = await makeImageStore();
  const mirrors = { [registry.address]: ["http://127.0.0.1:1", `http://${liar.address}`] };
  await store.pull(registry.reference, { registries: { ...store.settings, mirrors } });
});

Deno.test("pullImage() says which host is not known, and which one refuses", async () => {
  await using store = await makeImageStore();
  await assert.rejects(store.pull("registry.invalid/bird"), /the host 'registry.invalid' is not known/);
  await assert.rejects(store.pull("127.0.0.1:1/bird"), /'127.0.0.1:1' refused the connection/);
});

Deno.test("pullImage() speaks plain HTTP only where it may", async () => {
  // A name that is this machine, and is not one of the loopback names that are always allowed.
  const host = Deno.hostname();
  const server = Deno.serve(
    { hostname: "0.0.0.0", port: 0, onListen() {} },
    () => new Response("", { status: 403 }),
  );
  await using _server = server;
  const address =
    Deno.networkInterfaces().find(({ family, name }) => family === "IPv4" && name !== "lo")?.address ?? host;
  const reference = `${address}:${server.addr.port}/bird`;
  await using store = await makeImageStore();
  await assert.rejects(store.pull(reference), /TLS: the answer is not TLS/);
  const registries = { ...store.settings, insecure: [`${address}:${server.addr.port}`] };
  await assert.rejects(store.pull(reference, { registries }), /access is denied \(403\)/);
});

Deno.test("pullImage() goes through HTTP_PROXY, but never for loopback", async () => {
  const proxied: string[] = [];
  await using proxy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    proxied.push(request.url);
    return new Response("", { status: 403 });
  });
  await using registry = serve(() => undefined);
  await using store = await makeImageStore();
  const script = `
    const { pullImage } = await import(${JSON.stringify(import.meta.resolve("./pull.ts"))});
    const { storePaths } = await import(${JSON.stringify(import.meta.resolve("../store/paths.ts"))});
    const { registrySettings } = await import(${
    JSON.stringify(import.meta.resolve("./registry/settings.ts"))
  });
    for (const reference of Deno.args) {
      await pullImage(storePaths(), reference, { registries: registrySettings() }).catch(({ message }) => console.log(message));
    }`;
  const child = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script, registry.reference, "nest.invalid/bird"],
    env: {
      BUDGIE_DATA_DIR: store.paths.data,
      BUDGIE_REGISTRIES_MIRRORS: "nest.invalid=http://mirror.invalid",
      HTTP_PROXY: `http://127.0.0.1:${proxy.addr.port}`,
      NO_PROXY: "",
    },
  }).output();
  const said = new TextDecoder().decode(child.stdout);
  assert.deepEqual(proxied, ["http://mirror.invalid/v2/bird/manifests/latest"], said);
  assert.ok(registry.requests.some((request) => request.includes("/manifests/latest")));
});
