import assert from "node:assert/strict";
import type { Manifest } from "../../../oci/image.ts";
import { UnusableImageError } from "./document.ts";
import { parseConfig } from "./image_config.ts";

const MANIFEST = { schemaVersion: 2, layers: [] } as unknown as Manifest;
const CONFIG = { os: "linux", architecture: "amd64" };

function parse(config: unknown) {
  return parseConfig(new TextEncoder().encode(JSON.stringify(config)), MANIFEST, "'odd'");
}

Deno.test("parseConfig() takes null for what is left out, as docker writes it", () => {
  const config = { Env: null, Entrypoint: null, Cmd: ["sh"], Volumes: null, Labels: null, User: "" };
  assert.deepEqual(parse({ ...CONFIG, config }).config, config);
  assert.equal(parse({ ...CONFIG, config: null }).config, null);
});

Deno.test("parseConfig() takes a health check in part", () => {
  const config = { Healthcheck: { Test: ["CMD", "true"], Interval: 5e9, Timeout: 0, Retries: null } };
  assert.deepEqual(parse({ ...CONFIG, config }).config, config);
});

Deno.test("parseConfig() of an image without layers needs no list of them", () => {
  assert.deepEqual(parse(CONFIG).rootfs, { type: "layers", diff_ids: [] });
});

const ODD: [unknown, RegExp][] = [
  [{ architecture: "amd64" }, /no operating system/],
  [{ os: "linux", architecture: "\x1b[2J" }, /no operating system/],
  [{ os: "windows", architecture: "amd64" }, /for windows, not for linux/],
  [{ ...CONFIG, created: 5 }, /'created' is not a string/],
  [{ ...CONFIG, rootfs: { diff_ids: ["sha256:12"] } }, /no valid list of diffIDs/],
  [{ ...CONFIG, rootfs: { diff_ids: [`sha256:${"0".repeat(64)}`] } }, /0 layers.*1 diffIDs/],
  [{ ...CONFIG, config: [] }, /'config' is not an object/],
  [{ ...CONFIG, config: { Cmd: "sh" } }, /'Cmd' is not a list of strings/],
  [{ ...CONFIG, config: { Env: [1] } }, /'Env' is not a list of strings/],
  [{ ...CONFIG, config: { User: 5 } }, /'User' is not a string/],
  [{ ...CONFIG, config: { Labels: { a: 1 } } }, /'Labels' is not an object of strings/],
  [{ ...CONFIG, config: { Volumes: ["/data"] } }, /'Volumes' is not an object/],
  [{ ...CONFIG, config: { Healthcheck: { Test: "true" } } }, /'Healthcheck' is not a health check/],
  [{ ...CONFIG, config: { Healthcheck: { Interval: "5s" } } }, /'Healthcheck' is not a health check/],
  [{ ...CONFIG, config: { Healthcheck: { Retries: -1 } } }, /'Healthcheck' is not a health check/],
];

for (const [config, reason] of ODD) {
  Deno.test(`parseConfig() refuses ${JSON.stringify(config)}`, () => {
    assert.throws(() => parse(config), (error) => {
      return error instanceof UnusableImageError && reason.test(error.message);
    });
  });
}
