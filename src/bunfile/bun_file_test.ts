import assert from "node:assert/strict";
import { type BunFile, unsupportedKeys } from "./bun_file.ts";
import { readCase } from "./testing/cases.ts";

/** Compiles only if the types are the same. */
function sameType<A, B>(
  _: (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false,
) {}

Deno.test("BunFile knows which keys are always there", () => {
  sameType<BunFile["version"], "1.0">(true);
  sameType<BunFile["name"], string | undefined>(true);
  sameType<BunFile["image"]["docker_image"], string>(true);
  sameType<BunFile["image"]["command"], string[] | undefined>(true);
  sameType<BunFile["image"]["pull_policy"], "always" | "missing" | "never">(true);
  sameType<BunFile["environment"], Record<string, string>>(true);
  sameType<BunFile["env_file"], string[]>(true);
  sameType<BunFile["stop_timeout"], number | undefined>(true);
  sameType<BunFile["tty"], boolean>(true);
  sameType<BunFile["replicas"], { min: number; max: number }>(true);
  sameType<BunFile["resources"]["cpus"], number | undefined>(true);
  sameType<BunFile["ulimits"], { name: string; soft: number; hard: number }[]>(true);
});

Deno.test("unsupportedKeys() is empty for what works and for defaults that are written out", () => {
  const bun = readCase(
    "restart_policy: always\nreplicas: {min: 1, max: 1}\nnetworks: [front]\nports: [80]\ndns: 9.9.9.9\ndepends_on: [db]\n" +
      "secrets: []\nextra_hosts: {a: 1.2.3.4}\nhealthcheck: {tcp: 80}\ntty: true\nstop_timeout: 5\n",
  );
  assert.deepEqual(unsupportedKeys(bun), []);
});

for (
  const [key, value] of [
    ["replicas", "{min: 2}"],
  ]
) {
  Deno.test(`unsupportedKeys() names ${key}, with its place`, () => {
    assert.deepEqual(unsupportedKeys(readCase(`tty: true\n${key}: ${value}`)), [{ key, line: 4, column: 1 }]);
  });
}
