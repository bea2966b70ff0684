import assert from "node:assert/strict";
import { findCredentials } from "./login_file.ts";

async function read(registry: string, config: unknown, repository?: string) {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, typeof config === "string" ? config : JSON.stringify(config));
    return await findCredentials([file], registry, { repository });
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("findCredentials() decodes the password, colons included", async () => {
  const auths = { "localhost:5000": { auth: btoa("bird:pa:ss") } };
  assert.deepEqual(await read("localhost:5000", { auths }), {
    username: "bird",
    password: "pa:ss",
    identityToken: undefined,
  });
  assert.equal(await read("localhost:5001", { auths }), undefined);
});

Deno.test("findCredentials() finds Docker Hub by the address that docker login writes", async () => {
  const auths = { "https://index.docker.io/v1/": { auth: btoa("bird:seed") } };
  assert.equal((await read("registry-1.docker.io", { auths }))?.username, "bird");
});

Deno.test("findCredentials() finds a registry that is written as a URL", async () => {
  const auths = { "https://registry.example.com/v2/": { auth: btoa("bird:seed") } };
  assert.equal((await read("registry.example.com", { auths }))?.password, "seed");
});

Deno.test("findCredentials() takes an identity token", async () => {
  const auths = { "registry.example.com": { identitytoken: "refresh" } };
  assert.equal((await read("registry.example.com", { auths }))?.identityToken, "refresh");
});

Deno.test("findCredentials() has none where the entry is empty, as credential helpers leave it", async () => {
  assert.equal(await read("registry.example.com", { auths: { "registry.example.com": {} } }), undefined);
  assert.equal(await read("registry.example.com", {}), undefined);
});

Deno.test("findCredentials() of a missing file are none", async () => {
  assert.equal(await findCredentials(["/nonexistent/config.json"], "registry.example.com"), undefined);
});

Deno.test("findCredentials() does not quote a broken file", async () => {
  await assert.rejects(read("x", '{"auths": {"x": {"auth": "c2VjcmV0"'), (error: Error) => {
    return /not readable JSON/.test(error.message) && !error.message.includes("c2Vj") &&
      error.cause === undefined;
  });
});

Deno.test("findCredentials() prefers the entry for a part of a registry", async () => {
  const auths = {
    "quay.io": { auth: btoa("all:1") },
    "quay.io/team": { auth: btoa("team:2") },
    "quay.io/team/web": { auth: btoa("web:3") },
  };
  const user = async (repository?: string) => (await read("quay.io", { auths }, repository))?.username;
  assert.equal(await user("team/web"), "web");
  assert.equal(await user("team/db"), "team");
  assert.equal(await user("team2/web"), "all");
  assert.equal(await user(), "all");
});

Deno.test("findCredentials() refuses a helper that is a path", async () => {
  await assert.rejects(read("quay.io", { credsStore: "../evil" }), /'\.\.\/evil': that is no name of one/);
});

Deno.test("findCredentials() says which helper is missing", async () => {
  await assert.rejects(
    read("quay.io", { credHelpers: { "quay.io": "no-such" } }),
    /docker-credential-no-such/,
  );
});
