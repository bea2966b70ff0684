import assert from "node:assert/strict";
import { daemonEnvironment, settings } from "./environment.ts";

const ENVIRONMENT = {
  PATH: "/usr/bin",
  HOME: "/root",
  BUDGIE_DATA_DIR: "/data",
  BUDGIE_SECRETS_PASSPHRASE: "correct horse",
  HTTPS_PROXY: "http://proxy:3128",
  AWS_SECRET_ACCESS_KEY: "planted",
  LD_PRELOAD: "/tmp/x.so",
};

Deno.test("the daemon has budgie's settings and no secret of the command that started it", () => {
  const { AWS_SECRET_ACCESS_KEY: _secret, LD_PRELOAD: _library, ...expected } = ENVIRONMENT;
  assert.deepEqual(daemonEnvironment(ENVIRONMENT), expected); // with the key to open what containers need
});

Deno.test("a service is told the settings only, and not the passphrase: everybody can read its file", () => {
  assert.deepEqual(settings(ENVIRONMENT), { BUDGIE_DATA_DIR: "/data", HTTPS_PROXY: "http://proxy:3128" });
});
