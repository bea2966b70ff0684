import assert from "node:assert/strict";
import { libraries, type LockFile } from "./sbom.ts";

const integrity = `sha512-${btoa("\x00\xff")}`;

Deno.test("libraries() follows dependencies and leaves out what only builds", () => {
  const lock: LockFile = {
    specifiers: { "npm:@a/app@1.0.0": "1.0.0_peer@2.0.0", "npm:esbuild@9.9.9": "9.9.9" },
    npm: {
      "@a/app@1.0.0_peer@2.0.0": { integrity, dependencies: ["peer"] },
      "peer@2.0.0": { integrity },
      "esbuild@9.9.9": { integrity, dependencies: ["@esbuild/linux"] },
      "@esbuild/linux@9.9.9": { integrity },
    },
  };
  const found = libraries(lock);
  assert.deepEqual(found.map(({ purl }) => purl), ["pkg:npm/%40a/app@1.0.0", "pkg:npm/peer@2.0.0"]);
  assert.deepEqual(found[0].hashes, [{ alg: "SHA-512", content: "00ff" }]);
});
