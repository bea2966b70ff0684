import assert from "node:assert/strict";
import { NO_OPTIONS } from "../../bundle/testing/no_options.ts";
import { inNetwork } from "../../engine/network/network_choice.ts";
import type { ContainerOptions } from "../../store/container.ts";
import { parseScale, planned, scaleFlag } from "./scale.ts";

const options = (more: Partial<ContainerOptions>): ContainerOptions => ({ ...NO_OPTIONS, ...more });
const NONE: ReadonlySet<string> = new Set();
const THREE = { count: 3, method: "source" } as const;

Deno.test("--scale makes containers that have a group and its name in common", () => {
  const networks = [{ ...inNetwork("front"), aliases: ["www"] }, inNetwork("back")];
  const plan = planned(
    [{ options: options({ name: "web", network: "networks", networks }), scale: THREE }],
    NONE,
  );
  assert.deepEqual(plan.map(({ name, options }) => [name, options.name]), [
    ["web-1", "web-1"],
    ["web-2", "web-2"],
    ["web-3", "web-3"],
  ]);
  for (const { options } of plan) {
    assert.deepEqual(options.balance, { group: "web", method: "source" });
    assert.deepEqual(options.networks.map(({ aliases }) => aliases), [["www", "web"], ["web"]]);
  }
});

Deno.test("a container without a scale is what it was", () => {
  const only = options({ name: "web" });
  const plan = planned([{ options: only }], NONE);
  assert.deepEqual(plan.map(({ name, options }) => [name, options]), [["web", only]]);
});

Deno.test("what depends on a group depends on each of its containers", () => {
  const on = (name: string) => [{ name, condition: "healthy" as const, restart: true }];
  const plan = planned([
    { options: options({ name: "proxy", dependsOn: on("web") }) },
    { options: options({ name: "web", dependsOn: on("db") }), scale: { ...THREE, count: 2 } },
  ], NONE);
  const dependencies = plan.map(({ dependsOn }) => dependsOn.map(({ name }) => name));
  assert.deepEqual(dependencies, [["web-1", "web-2"], ["db"], ["db"]]);
  assert.deepEqual(plan[0].options.dependsOn, [...on("web-1"), ...on("web-2")]);
});

Deno.test("what shares the network of another one of the plan depends on it", () => {
  const shares = (more: Partial<ContainerOptions> = {}) =>
    options({ name: "web", network: "container", networkContainer: "db", ...more });
  const dependencies = (...all: ContainerOptions[]) =>
    planned(all.map((options) => ({ options })), NONE)[0].options.dependsOn;
  const db = options({ name: "db" });
  assert.deepEqual(dependencies(shares(), db), [{ name: "db", condition: "started", restart: true }]);
  const own = [{ name: "db", condition: "healthy" as const, restart: false }];
  assert.deepEqual(dependencies(shares({ dependsOn: own }), db), own);
  assert.deepEqual(dependencies(shares()), []); // it is on the host, or nowhere
});

Deno.test("--scale refuses what only one container could have", () => {
  const plan = (more: Partial<ContainerOptions>, ...given: string[]) =>
    planned([{ options: options(more), scale: THREE }], new Set(given));
  assert.throws(() => plan({}), /Cannot make 3 of a container without a name/);
  const fixed = { ...inNetwork("front"), addresses: ["10.0.0.2"] };
  assert.throws(() => plan({ name: "web", networks: [fixed] }), /'web': they can't have the same address/);
  const mac = { ...inNetwork("front"), macAddress: "02:42:ac:14:00:0a" };
  assert.throws(() => plan({ name: "web", networks: [mac] }), /'web': they can't have the same address/);
  for (const flag of ["cidfile", "interactive", "tty"]) {
    assert.throws(() => plan({ name: "web" }, flag), new RegExp(`Cannot use --${flag} with --scale 3`));
  }
  const one = planned(
    [{ options: options({ name: "web", networks: [fixed] }), scale: { ...THREE, count: 1 } }],
    new Set(["tty"]),
  );
  assert.deepEqual(one.map(({ name }) => name), ["web-1"]);
});

Deno.test("a name that a scale makes is another container's only once", () => {
  const described = [{ options: options({ name: "web-2" }) }, {
    options: options({ name: "web" }),
    scale: THREE,
  }];
  assert.throws(() => planned(described, NONE), /Cannot run two containers with the name 'web-2'/);
});

Deno.test("the flags of a scale win over the file's", () => {
  assert.equal(scaleFlag({}), undefined);
  assert.deepEqual(scaleFlag({ scale: 2 }), { count: 2, method: "round-robin" });
  assert.deepEqual(scaleFlag({ scale: 2 }, THREE), { count: 2, method: "source" });
  assert.deepEqual(scaleFlag({ balance: "round-robin" }, THREE), { count: 3, method: "round-robin" });
  assert.throws(() => scaleFlag({ balance: "source" }), /Cannot use --balance without --scale/);
  for (const text of ["0", "-1", "1001", "many", "1.5"]) {
    assert.throws(() => parseScale(text), /--scale/, text);
  }
});
