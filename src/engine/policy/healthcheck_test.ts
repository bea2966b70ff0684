import assert from "node:assert/strict";
import { NO_OPTIONS } from "../../bundle/testing/no_options.ts";
import { digestOf } from "../../../oci/digest.ts";
import type { ImageHealthcheck } from "../../../oci/image.ts";
import type { HealthcheckOption } from "../../store/container.ts";
import { healthcheckOf } from "./healthcheck.ts";

function checkOf(image?: ImageHealthcheck, own?: HealthcheckOption) {
  return healthcheckOf({
    id: "a".repeat(64),
    name: "web",
    createdAt: "2026-01-02T12:00:00Z",
    imageId: digestOf("config"),
    imageReference: "docker.io/library/bb:latest",
    image: {
      architecture: "amd64",
      os: "linux",
      config: { Healthcheck: image },
      rootfs: { type: "layers", diff_ids: [] },
    },
    options: { ...NO_OPTIONS, healthcheck: own },
    runtime: "/usr/bin/crun",
    anonymousVolumes: [],
    endpoints: [],
    published: [],
    desired: "running",
    starts: 1,
  });
}

Deno.test("a container has the check of its image, with docker's defaults", () => {
  assert.deepEqual(checkOf({ Test: ["CMD", "check"], Interval: 5e9, Timeout: 0 }), {
    probe: { type: "command", test: ["CMD", "check"] },
    intervalMs: 5_000,
    timeoutMs: 30_000,
    retries: 3,
    startPeriodMs: 0,
    startIntervalMs: 5_000,
    onUnhealthy: "restart",
  });
});

Deno.test("what the user says wins over the image, field by field", () => {
  const check = checkOf({ Test: ["CMD", "check"], Interval: 5e9, Retries: 7 }, {
    retries: 1,
    intervalMs: undefined,
    onUnhealthy: "kill",
  });
  assert.deepEqual([check?.retries, check?.intervalMs, check?.onUnhealthy], [1, 5_000, "kill"]);
  assert.deepEqual(check?.probe, { type: "command", test: ["CMD", "check"] });
});

Deno.test("there is no check where nobody asks for one, or it is switched off", () => {
  assert.equal(checkOf(), undefined);
  assert.equal(checkOf({ Test: [] }), undefined);
  assert.equal(checkOf({ Test: ["NONE"] }), undefined);
  assert.equal(checkOf({ Test: ["PING", "check"] }), undefined); // unknown to docker too
  assert.equal(checkOf(undefined, { intervalMs: 5, onUnhealthy: "kill" }), undefined);
  const none = { probe: { type: "none" as const }, onUnhealthy: "restart" as const };
  assert.equal(checkOf({ Test: ["CMD", "check"] }, none), undefined);
});

Deno.test("an image can't have its container checked without a pause", () => {
  assert.equal(checkOf({ Test: ["CMD", "check"], Interval: 1 })?.intervalMs, 1);
});
