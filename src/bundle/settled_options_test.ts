import assert from "node:assert/strict";
import type { ContainerOptions, MountOption } from "../store/container.ts";
import { hostFacts } from "./host_facts.ts";
import { settleOptions } from "./settled_options.ts";
import { NO_OPTIONS } from "./testing/no_options.ts";

const HOST = { ...hostFacts(), cgroup: { version: 2 as const, controllers: new Set<string>() } };

function settle(options: Partial<ContainerOptions>, onWarning?: (message: string) => void) {
  return settleOptions({ ...NO_OPTIONS, ...options }, HOST, onWarning);
}

Deno.test("a limit that the host can't keep is refused, or left out with a warning", () => {
  const resources = { memoryBytes: 64 * 1024 ** 2 };
  const warnings: string[] = [];
  assert.throws(() => settle({ resources }), /Cannot limit the container with --memory/);
  const { limits } = settle({ resources, allowUnenforcedLimits: true }, (message) => warnings.push(message));
  assert.equal(limits.memory, undefined);
  assert.match(warnings.join(), /^Cannot limit the container with --memory/);
});

Deno.test("two mounts on one target, and one on the root, are refused", () => {
  const on = (...targets: string[]) => ({
    mounts: targets.map((target): MountOption => ({ type: "tmpfs", source: "", target, readOnly: false })),
  });
  assert.throws(() => settle(on("/a", "/b/../a/")), /Cannot mount two things on '\/b\/..\/a\/'/);
  assert.throws(() => settle(on("/..")), /Cannot mount on '\/'/);
});

Deno.test("a hostname that can't be one is refused", () => {
  for (const hostname of ["", "a b", "a\n127.0.0.1 b", "x".repeat(65), "-a", "a."]) {
    assert.throws(() => settle({ hostname }), /as the hostname/);
  }
});
