import assert from "node:assert/strict";
import { DependencyCycleError, dependencyLevels, type Dependent } from "./dependency_order.ts";

/** `web: db cache` is a container and what it depends on; `: db` has no name. */
function containers(...lines: string[]): Dependent[] {
  return lines.map((line, index) => {
    const [name, rest] = line.split(":");
    const dependsOn = rest.trim().split(" ").filter(Boolean).map((name) => ({ name }));
    return { name: name || undefined, dependsOn, where: `shop.bun:${index + 1}:1` };
  });
}

function levels(lines: string[], existing: string[] = []): string[][] {
  return dependencyLevels(containers(...lines), existing).map((level) =>
    level.map(({ name }) => name ?? "-")
  );
}

for (
  const [what, lines, expected] of [
    ["none", [], []],
    ["independent ones, all at once", ["b:", "a:"], [["b", "a"]]],
    ["a chain", ["web: db", "db: disk", "disk:"], [["disk"], ["db"], ["web"]]],
    ["a diamond", ["web: db cache", "db: disk", "cache: disk", "disk:"], [["disk"], ["db", "cache"], [
      "web",
    ]]],
    ["one that waits for the slowest", ["web: a c", "a:", "b: a", "c: b"], [["a"], ["b"], ["c"], ["web"]]],
    ["those without a name", [": db", "db:", ":"], [["db", "-"], ["-"]]],
    ["a dependency given twice", ["web: db db", "db:"], [["db"], ["web"]]],
  ] as [string, string[], string[][]][]
) {
  Deno.test(`dependencyLevels() of ${what}`, () => assert.deepEqual(levels(lines), expected));
}

Deno.test("dependencyLevels() takes what is on the host as being there", () => {
  assert.deepEqual(levels(["web: db", "shop: web"], ["db"]), [["web"], ["shop"]]);
});

Deno.test("dependencyLevels() takes the described container, not the one of its name on the host", () => {
  assert.deepEqual(levels(["web: db", "db:"], ["db"]), [["db"], ["web"]]);
});

for (
  const [lines, circle] of [
    [["web: db", "db: cache", "cache: web"], "web -> db -> cache -> web"],
    [["web: db", "db: web"], "web -> db -> web"],
    [["a: a"], "a -> a"],
    [["shop: web", "x:", "web: x db", "db: web"], "web -> db -> web"],
  ] as [string[], string][]
) {
  Deno.test(`dependencyLevels() shows the circle ${circle} of ${lines.join(", ")}`, () => {
    assert.throws(() => levels(lines), (error: Error) => {
      assert(error instanceof DependencyCycleError);
      assert.match(
        error.message,
        new RegExp(`^Cannot order the containers of shop.bun:\\d:1: .*: ${circle}$`),
      );
      return true;
    });
  });
}

Deno.test("dependencyLevels() says where each unknown name stands, with a guess", () => {
  assert.throws(() => levels(["web: databse", "database:", ": quux"], ["quax"]), {
    message: [
      "Cannot order the containers:",
      "shop.bun:1:1: 'web' depends on 'databse', and there is no such container; did you mean 'database'?",
      "shop.bun:3:1: a container without a name depends on 'quux', and there is no such container; did you mean 'quax'?",
    ].join("\n"),
  });
});

Deno.test("dependencyLevels() orders a hundred that wait for each other in no time", () => {
  const lines = Array.from({ length: 100 }, (_, index) => {
    return `c${index}: ${
      Array.from({ length: 99 - index }, (_, other) => `c${index + other + 1}`).join(" ")
    }`;
  });
  const start = performance.now();
  assert.equal(levels(lines).length, 100);
  assert(performance.now() - start < 1000);
});
