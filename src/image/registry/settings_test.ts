import assert from "node:assert/strict";
import { UsageError } from "../../base/errors.ts";
import { registrySettings } from "./settings.ts";

const settings = (variables: Record<string, string>) => registrySettings(new Map(Object.entries(variables)));

Deno.test("registrySettings() of an empty environment are docker's defaults", () => {
  assert.deepEqual(settings({ HOME: "/root" }), {
    insecure: [],
    mirrors: {},
    caFile: undefined,
    parallelDownloads: 3,
    loginFiles: [
      "/root/.config/budgie/auth.json",
      "/root/.config/containers/auth.json",
      "/root/.docker/config.json",
    ],
    certificatesDirectory: "/etc/docker/certs.d",
  });
});

Deno.test("registrySettings() reads lists of hosts and mirrors", () => {
  const { insecure, mirrors } = settings({
    BUDGIE_REGISTRIES_INSECURE: "one, two:5000",
    BUDGIE_REGISTRIES_MIRRORS: "docker.io=https://a/,https://b/prefix; ghcr.io=http://c:5000",
  });
  assert.deepEqual(insecure, ["one", "two:5000"]);
  assert.deepEqual(mirrors, { "docker.io": ["https://a", "https://b/prefix"], "ghcr.io": ["http://c:5000"] });
});

Deno.test("registrySettings() looks for logins where docker and podman would", () => {
  const env = {
    DOCKER_CONFIG: "/etc/docker",
    REGISTRY_AUTH_FILE: "/etc/auth.json",
    XDG_RUNTIME_DIR: "/run/user/0",
  };
  assert.deepEqual(settings(env).loginFiles, [
    "/etc/auth.json",
    "/run/user/0/containers/auth.json",
    "/root/.config/containers/auth.json",
    "/etc/docker/config.json",
  ]);
});

for (
  const text of [
    "docker.io",
    "docker.io=",
    "docker.io=mirror",
    "docker.io=ftp://x",
    "docker.io=https://u:secret@x",
  ]
) {
  Deno.test(`registrySettings() refuses BUDGIE_REGISTRIES_MIRRORS=${text}`, () => {
    assert.throws(
      () => settings({ BUDGIE_REGISTRIES_MIRRORS: text }),
      (error) => error instanceof UsageError && !error.message.includes("secret"),
    );
  });
}

for (const text of ["0", "17", "1.5", "many"]) {
  Deno.test(`registrySettings() refuses BUDGIE_REGISTRIES_PARALLEL_DOWNLOADS=${text}`, () => {
    assert.throws(() => settings({ BUDGIE_REGISTRIES_PARALLEL_DOWNLOADS: text }), UsageError);
  });
}
