import assert from "node:assert/strict";
import { readCredentials } from "./credentials.ts";

async function read(registry: string, config: unknown) {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, typeof config === "string" ? config : JSON.stringify(config));
    return readCredentials(file, registry);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("readCredentials() decodes the password, colons included", async () => {
  const auths = { "localhost:5000": { auth: btoa("bird:pa:ss") } };
  assert.deepEqual(await read("localhost:5000", { auths }), {
    username: "bird",
    password: "pa:ss",
    identityToken: undefined,
  });
  assert.equal(await read("localhost:5001", { auths }), undefined);
});

Deno.test("readCredentials() finds Docker Hub by the address that docker login writes", async () => {
  const auths = { "https://index.docker.io/v1/": { auth: btoa("bird:seed") } };
  assert.equal((await read("registry-1.docker.io", { auths }))?.username, "bird");
});

Deno.test("readCredentials() finds a registry that is written as a URL", async () => {
  const auths = { "https://registry.example.com/v2/": { auth: btoa("bird:seed") } };
  assert.equal((await read("registry.example.com", { auths }))?.password, "seed");
});

Deno.test("readCredentials() takes an identity token", async () => {
  const auths = { "registry.example.com": { identitytoken: "refresh" } };
  assert.equal((await read("registry.example.com", { auths }))?.identityToken, "refresh");
});

Deno.test("readCredentials() has none where the entry is empty, as credential helpers leave it", async () => {
  assert.equal(await read("registry.example.com", { auths: { "registry.example.com": {} } }), undefined);
  assert.equal(await read("registry.example.com", {}), undefined);
});

Deno.test("readCredentials() of a missing file are none", () => {
  assert.equal(readCredentials("/nonexistent/config.json", "registry.example.com"), undefined);
});

Deno.test("readCredentials() does not quote a broken file", async () => {
  await assert.rejects(read("x", '{"auths": {"x": {"auth": "c2VjcmV0"'), (error: Error) => {
    return /not readable JSON/.test(error.message) && !error.message.includes("c2Vj") &&
      error.cause === undefined;
  });
});
