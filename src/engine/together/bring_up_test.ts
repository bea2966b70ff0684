import assert from "node:assert/strict";
import { BudgieError } from "../../base/errors.ts";
import { sleep } from "../../base/sleep.ts";
import type { DependencyOption } from "../../store/container.ts";
import { bringUp, PartlyDoneError, type Planned, takeDown } from "./bring_up.ts";

/** `web: db=healthy cache` is a container and what it waits for; without a condition it is `started`. */
function plan(...lines: string[]): Planned[] {
  return lines.map((line) => {
    const [name, rest] = line.split(":");
    const dependsOn = rest.trim().split(" ").filter(Boolean).map((text): DependencyOption => {
      const [name, condition = "started"] = text.split("=");
      return { name, condition: condition as DependencyOption["condition"], restart: false };
    });
    return { name: name || undefined, dependsOn, where: "shop.bun:1:1" };
  });
}

/** A world in which starting takes a moment; `says` holds what happened, in order. */
function world(options: { fails?: Record<string, Error>; unmet?: Record<string, Error | "never"> } = {}) {
  const says: string[] = [];
  return {
    says,
    async start({ name }: Planned) {
      says.push(`start ${name}`);
      await sleep(2);
      if (options.fails?.[name!]) throw options.fails[name!];
      says.push(`started ${name}`);
    },
    async until(name: string, condition: string, signal: AbortSignal) {
      says.push(`until ${name} ${condition}`);
      await sleep(2, signal);
      const unmet = options.unmet?.[name];
      if (unmet === "never") await sleep(60_000, signal);
      else if (unmet) throw unmet;
      says.push(`${name} ${condition}`);
    },
  };
}

async function failureOf(promise: Promise<void>): Promise<PartlyDoneError> {
  const error = await promise.then(() => undefined, (error) => error);
  assert(error instanceof PartlyDoneError, String(error));
  return error;
}

Deno.test("bringUp() starts what others depend on first", async () => {
  const { says, ...steps } = world();
  await bringUp(plan("web: db", "db: disk", "disk:"), steps);
  assert.deepEqual(says, [
    "start disk",
    "started disk",
    "start db",
    "started db",
    "start web",
    "started web",
  ]);
});

Deno.test("bringUp() waits for the condition of each dependency, once for all that wait for the same", async () => {
  const { says, ...steps } = world();
  await bringUp(plan("web: db=healthy job=completed", "shop: db=healthy", "db:", "job:"), steps);
  assert(says.indexOf("start web") > says.indexOf("db healthy"));
  assert(says.indexOf("start web") > says.indexOf("job completed"));
  assert(says.indexOf("start shop") > says.indexOf("db healthy"));
  assert.equal(says.filter((word) => word === "until db healthy").length, 1);
});

Deno.test("bringUp() asks the host about what is not in the plan", async () => {
  const { says, ...steps } = world();
  await bringUp(plan("web: db"), steps);
  assert.deepEqual(says, ["until db started", "db started", "start web", "started web"]);
});

Deno.test("bringUp() starts independent ones at the same time, eight at most", async () => {
  let running = 0;
  let most = 0;
  const names = Array.from({ length: 30 }, (_, index) => `c${index}:`);
  await bringUp(plan(...names), {
    async start() {
      most = Math.max(most, ++running);
      await sleep(1);
      running--;
    },
    until: () => Promise.reject(new Error("not asked")),
  });
  assert.equal(most, 8);
});

Deno.test("bringUp() does not let one container wait for the dependencies of another", async () => {
  const { says, ...steps } = world({ unmet: { slow: "never" } });
  const abort = new AbortController();
  const all = bringUp(plan("a: slow=healthy", "slow:", "b: quick", "quick:"), {
    ...steps,
    signal: abort.signal,
  });
  await sleep(50);
  assert(says.includes("started b"));
  assert(!says.includes("start a"));
  abort.abort(new DOMException("enough", "AbortError"));
  await assert.rejects(all, { name: "AbortError" });
});

Deno.test("bringUp() keeps back what depends on a failed start, and starts the others", async () => {
  const broken = new BudgieError("Cannot use the image 'x': it is not on this host", { hint: "Pull it" });
  const { says, ...steps } = world({ fails: { db: broken } });
  const error = await failureOf(bringUp(plan("shop: web", "web: db", "db:", "cache:", "page: cache"), steps));
  assert.equal(
    error.message,
    [
      "Cannot start 3 of 5 containers:",
      "shop: Cannot wait for 'web': it was not started",
      "web: Cannot wait for 'db': it was not started",
      "db: Cannot use the image 'x': it is not on this host",
    ].join("\n"),
  );
  assert.deepEqual([error.exitCode, error.hint], [1, "Pull it"]);
  assert(says.includes("started page"));
  assert(!says.includes("start web") && !says.includes("start shop"));
});

Deno.test("bringUp() says why a dependency will not meet its condition", async () => {
  const unmet = { db: new BudgieError("Cannot wait for 'db' to be healthy: it is unhealthy") };
  const { says, ...steps } = world({ unmet });
  const error = await failureOf(bringUp(plan("web: db=healthy", "db:", "page: db"), steps));
  assert.equal(
    error.message,
    "Cannot start 1 of 3 containers:\nweb: Cannot wait for 'db' to be healthy: it is unhealthy",
  );
  assert(says.includes("started page")); // it only needs db to be started
});

Deno.test("bringUp() gives up waiting for what nobody can use any more", async () => {
  const { says: _, ...steps } = world({
    fails: { cache: new BudgieError("Cannot start cache") },
    unmet: { db: "never" },
  });
  const error = await failureOf(bringUp(plan("web: db=healthy cache", "db:", "cache:"), steps));
  assert.match(error.message, /^web: Cannot wait for 'cache': it was not started$/m);
});

Deno.test("bringUp() starts no more after it was interrupted, and waits for what is being started", async () => {
  const { says, start, until } = world();
  const abort = new AbortController();
  const all = bringUp(plan("web: db", "db:"), {
    until,
    signal: abort.signal,
    start(item) {
      abort.abort(new DOMException("interrupted", "AbortError"));
      return start(item);
    },
  });
  await assert.rejects(all, { name: "AbortError" });
  assert.deepEqual(says, ["start db", "started db"]);
});

Deno.test("bringUp() that was interrupted before starts nothing", async () => {
  const { says, ...steps } = world();
  await assert.rejects(bringUp(plan("db:"), { ...steps, signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
  assert.deepEqual(says, []);
});

Deno.test("bringUp() refuses a circle before it starts anything", async () => {
  const { says, ...steps } = world();
  await assert.rejects(bringUp(plan("a: b", "b: a", "c:"), steps), { name: "DependencyCycleError" });
  assert.deepEqual(says, []);
});

Deno.test("bringUp() passes a bug on as it is", async () => {
  const bug = new TypeError("no such function");
  const { says: _, ...steps } = world({ fails: { db: bug } });
  await assert.rejects(bringUp(plan("web: db", "db:"), steps), bug);
});

Deno.test("bringUp() names a container without a name by its place", async () => {
  const items = plan(": db=healthy", "db:");
  const { says: _, ...steps } = world({ unmet: { db: new BudgieError("Cannot wait") } });
  assert.match((await failureOf(bringUp(items, steps))).message, /\nshop\.bun:1:1: Cannot wait$/);
});

Deno.test("takeDown() stops those first that depend on others, and independent ones together", async () => {
  const says: string[] = [];
  const stop = async ({ name }: { name?: string }) => {
    says.push(`stop ${name}`);
    await sleep(2);
    says.push(`stopped ${name}`);
  };
  await takeDown(plan("db:", "web: db", "page: db", "disk:"), { stop });
  assert.deepEqual(says.slice(0, 3).sort(), ["stop disk", "stop page", "stop web"]);
  for (const name of ["web", "page"]) assert(says.indexOf(`stopped ${name}`) < says.indexOf("stop db"));
});

Deno.test("takeDown() goes on with the others when one can't be stopped, and says so", async () => {
  const stopped: string[] = [];
  const error = await failureOf(takeDown(plan("db:", "web: db"), {
    stop({ name }) {
      if (name === "web") return Promise.reject(new BudgieError("Cannot stop 'web': it is stuck"));
      stopped.push(name!);
      return Promise.resolve();
    },
  }));
  assert.deepEqual(stopped, ["db"]);
  assert.equal(error.message, "Cannot stop 1 of 2 containers:\nweb: Cannot stop 'web': it is stuck");
});

Deno.test("takeDown() that is interrupted stops no more", async () => {
  const abort = new AbortController();
  const stopped: string[] = [];
  const all = takeDown(plan("db:", "web: db"), {
    signal: abort.signal,
    stop({ name }) {
      stopped.push(name!);
      abort.abort();
      return Promise.resolve();
    },
  });
  await assert.rejects(all, { name: "AbortError" });
  assert.deepEqual(stopped, ["web"]);
});
