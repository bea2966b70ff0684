import assert from "node:assert/strict";
import type { Certificates } from "./fixture/certificates.ts";
import { openHost } from "./fixture/host.ts";
import { testImages } from "./fixture/images.ts";
import { run, show } from "./fixture/process.ts";
import { startRegistry } from "./fixture/registry.ts";
import { startTokenServer } from "./fixture/token_server.ts";

const LOGIN = { user: "bird", password: "se:ed" };
const FROM_STDIN = ["-u", LOGIN.user, "--password-stdin"];

/** A registry over HTTPS that wants a login, with the test images, and a host that trusts it. */
async function openPrivate() {
  await using undo = new AsyncDisposableStack();
  const { storage } = await testImages();
  const registry = undo.use(await startRegistry({ storage, readOnly: true, tls: true, login: LOGIN }));
  const host = undo.use(
    await openHost({ images: [], env: { BUDGIE_REGISTRIES_CA_FILE: registry.caFile } }),
  );
  const owned = undo.move();
  return {
    host,
    registry,
    image: `${registry.address}/library/busybox`,
    file: `${host.directory}/.config/budgie/auth.json`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

Deno.test("login keeps a password that the registry takes, for the user alone, and pull uses it", async () => {
  await using tried = await openPrivate();
  const { host, registry, image, file } = tried;
  const refused = await host.budgie(["pull", image]);
  assert.match(refused.stderr, /a login is needed.*\(401\)\nhint: .*budgie login/, show(refused));
  const result = await host.budgie(["login", registry.address, ...FROM_STDIN], { stdin: "se:ed\n" });
  assert.equal(result.code, 0, show(result));
  assert.equal(result.stdout, "Login Succeeded\n");
  assert.match(result.stderr, /^Warning: the password is in '.*auth\.json', where it is not encrypted\n$/);
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(file)), {
    auths: { [registry.address]: { auth: btoa("bird:se:ed") } },
  });
  await host.ok(["pull", "-q", image]);
});

Deno.test("login does not keep a wrong password, nor show it", async () => {
  await using tried = await openPrivate();
  const { host, registry, file } = tried;
  const result = await host.budgie(["login", registry.address, ...FROM_STDIN], { stdin: "wr0ng" });
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: Cannot log in to 127\.0\.0\.1:\d+: .*refused \(401\)/);
  assert.doesNotMatch(result.stdout + result.stderr, /wr0ng/);
  await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
});

Deno.test("login does not send a password to a registry whose certificate nobody vouches for", async () => {
  await using tried = await openPrivate();
  const { host, registry } = tried;
  const env = { BUDGIE_REGISTRIES_CA_FILE: "" };
  const result = await host.budgie(["login", registry.address, ...FROM_STDIN], { stdin: "se:ed", env });
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /TLS: its certificate is from an authority that is not trusted/);
});

Deno.test("login takes a password on the command line, with a warning", async () => {
  await using tried = await openPrivate();
  const { host, registry } = tried;
  const result = await host.budgie(["login", "-u", "bird", "-p", "se:ed", registry.address]);
  assert.equal(result.code, 0, show(result));
  assert.match(result.stderr, /^Warning: a password on the command line can be seen by others/);
});

Deno.test("login asks at a terminal without showing the password, and says so elsewhere", async () => {
  await using tried = await openPrivate();
  const { host, registry, file } = tried;
  await using terminal = await host.terminal(["login", registry.address]);
  await terminal.until("Username:");
  await terminal.type("bird\r");
  await terminal.until("Password:");
  await terminal.type("se:ex\x7fd\r");
  assert.equal(await terminal.ended, 0, terminal.output);
  assert.doesNotMatch(terminal.output, /se:e/);
  assert.match(await Deno.readTextFile(file), new RegExp(btoa("bird:se:ed")));
  const piped = await host.budgie(["login", registry.address]);
  assert.equal(piped.code, 1, show(piped));
  assert.match(piped.stderr, /there is no terminal\nhint: .*--password-stdin/);
});

Deno.test("logout forgets the login, and tells which other file still has one", async () => {
  await using tried = await openPrivate();
  const { host, registry, image, file } = tried;
  const { address } = registry;
  await Deno.mkdir(`${host.directory}/.config/budgie`, { recursive: true });
  await Deno.writeTextFile(file, JSON.stringify({ auths: { "quay.io": { auth: btoa("a:b") } }, mine: 1 }));
  await host.budgie(["login", address, ...FROM_STDIN], { stdin: "se:ed" });
  assert.equal(await host.ok(["logout", address]), `Removed the login for ${address}`);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(file)), {
    auths: { "quay.io": { auth: btoa("a:b") } },
    mine: 1,
  });
  assert.match((await host.budgie(["pull", image])).stderr, /a login is needed/);
  assert.equal(await host.ok(["logout", address]), `Not logged in to ${address}`);
  await Deno.mkdir(`${host.directory}/.docker`);
  const docker = { auths: { [address]: { auth: btoa("bird:se:ed") } } };
  await Deno.writeTextFile(`${host.directory}/.docker/config.json`, JSON.stringify(docker));
  const { stderr } = await host.budgie(["logout", address]);
  assert.match(stderr, /^Warning: '.*\.docker\/config\.json' still has a login/);
});

Deno.test("budgie uses what podman login leaves, in each of podman's files", async () => {
  await using tried = await openPrivate();
  const { host, registry, image } = tried;
  for (const name of ["REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR"]) {
    const env = { [name]: `${host.directory}/${name}` };
    const file = name === "XDG_RUNTIME_DIR" ? `${env[name]}/containers/auth.json` : env[name];
    const words = ["podman", "login", "--tls-verify=false", "--authfile", file, registry.address];
    const login = await run([...words, ...FROM_STDIN], { stdin: "se:ed" });
    assert.equal(login.code, 0, show(login));
    await host.ok(["pull", "-q", image], { env });
    await host.ok(["rmi", image]);
    assert.notEqual((await host.budgie(["pull", image])).code, 0);
  }
});

Deno.test("skopeo uses what budgie login leaves", async () => {
  await using tried = await openPrivate();
  const { host, registry, image, file } = tried;
  await host.ok(["login", registry.address, ...FROM_STDIN], { stdin: "se:ed" });
  const words = ["skopeo", "inspect", "--raw", "--tls-verify=false", "--authfile", file, `docker://${image}`];
  const result = await run(words);
  assert.equal(result.code, 0, show(result));
});

/** A credential helper that keeps one file for each registry in a folder of its own. */
const HELPER = `#!/bin/sh
cd "$(dirname "$0")/kept" || exit 2
echo "$1" >> ../calls
case $1 in
store) input=$(cat); name=$(printf %s "$input" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/'); printf %s "$input" > "$name" ;;
get) read -r name; [ -f "$name" ] || { echo "credentials not found in native keychain"; exit 1; }; cat "$name" ;;
erase) read -r name; rm -f "$name" ;;
esac
`;

Deno.test("login, pull and logout use docker's credential helpers", async () => {
  await using tried = await openPrivate();
  const { host, registry, image, file } = tried;
  const bin = `${host.directory}/bin`;
  await Deno.mkdir(`${bin}/kept`, { recursive: true });
  await Deno.writeTextFile(`${bin}/docker-credential-nest`, HELPER, { mode: 0o755 });
  const env = { PATH: `${bin}:${Deno.env.get("PATH")}` };
  await Deno.mkdir(`${host.directory}/.docker`);
  for (const config of [{ credsStore: "nest" }, { credHelpers: { [registry.address]: "nest" } }]) {
    await Deno.writeTextFile(`${host.directory}/.docker/config.json`, JSON.stringify(config));
    assert.match((await host.budgie(["pull", image], { env })).stderr, /a login is needed/);
    const login = await host.budgie(["login", registry.address, ...FROM_STDIN], { stdin: "se:ed", env });
    assert.deepEqual([login.stdout, login.stderr], ["Login Succeeded\n", ""], show(login));
    await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
    await host.ok(["pull", "-q", image], { env });
    await host.ok(["logout", registry.address], { env });
    assert.deepEqual(Array.from(Deno.readDirSync(`${bin}/kept`)), []);
    await host.ok(["rmi", image]);
  }
  const missing = await host.budgie(["pull", image]);
  assert.match(missing.stderr, /credential helper 'nest': there is no program 'docker-credential-nest'/);
});

Deno.test("login and pull use a token server, with the scope that the registry asks for", async () => {
  const { storage } = await testImages();
  await using tokens = await startTokenServer(LOGIN);
  await using registry = await startRegistry({ storage, readOnly: true, tokens });
  await using host = await openHost({ images: [], env: { BUDGIE_REGISTRIES_CA_FILE: registry.caFile } });
  const image = `${registry.address}/library/busybox`;
  const wrong = await host.budgie(["login", registry.address, ...FROM_STDIN], { stdin: "wr0ng" });
  assert.match(wrong.stderr, /Cannot get a token for a login .* refuses the user name and password \(401\)/);
  await host.ok(["login", registry.address, ...FROM_STDIN], { stdin: "se:ed" });
  await host.ok(["pull", "-q", image]);
  assert.deepEqual([...new Set(tokens.scopes)], ["", "repository:library/busybox:pull"]);
  await host.ok(["logout", registry.address]);
  const refused = await host.budgie(["pull", `${registry.address}/library/layered`]);
  assert.match(refused.stderr, /a login is needed, or there is no such image \(401\)/, show(refused));
});

Deno.test("pull gets a new token when its own ends in the middle", async () => {
  const { storage } = await testImages();
  await using tokens = await startTokenServer({ ...LOGIN, lifetimeSeconds: 2 });
  await using registry = await startRegistry({ storage, readOnly: true, tokens });
  await using slow = await startSlowFront(registry.address, tokens.certificates);
  const env = { BUDGIE_REGISTRIES_CA_FILE: registry.caFile, BUDGIE_REGISTRIES_PARALLEL_DOWNLOADS: "1" };
  await using host = await openHost({ images: [], env });
  await host.ok(["login", slow.address, ...FROM_STDIN], { stdin: "se:ed" });
  tokens.scopes.length = 0;
  await host.ok(["pull", "-q", `${slow.address}/library/layered`]);
  assert.ok(tokens.scopes.length >= 2, tokens.scopes.join("\n"));
});

/** Passes requests on to a registry; each blob after longer than a token of two seconds lives. */
async function startSlowFront(address: string, { caFile, certificateFile, keyFile }: Certificates) {
  const [ca, cert, key] = await Promise.all(
    [caFile, certificateFile, keyFile].map((file) => Deno.readTextFile(file)),
  );
  const client = Deno.createHttpClient({ caCerts: [ca] });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, cert, key, onListen() {} }, async (request) => {
    const url = new URL(request.url);
    if (url.pathname.includes("/blobs/") && request.headers.has("authorization")) {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    const headers = new Headers(request.headers);
    headers.delete("host");
    return await fetch(`https://${address}${url.pathname}`, { headers, client, redirect: "manual" });
  });
  return {
    address: `127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      client.close();
    },
  };
}
