import assert from "node:assert/strict";
import { dirname } from "node:path/posix";
import { Command } from "@commander-js/extra-typings";
import { bunPlan } from "./bun_run.ts";
import { addContainerFlags } from "./container_flags.ts";
import { balanceFlag, parseScale } from "./scale.ts";

/** What `run` makes of its words in a folder with these files; `DIR/` in a word is the folder. */
function planOf(files: Record<string, string>, ...words: string[]) {
  const directory = Deno.makeTempDirSync();
  try {
    for (const [name, text] of Object.entries(files)) {
      Deno.mkdirSync(dirname(`${directory}/${name}`), { recursive: true });
      Deno.writeTextFileSync(`${directory}/${name}`, text);
    }
    const typed = words.map((word) => word.replace(/^DIR/, directory));
    const command = addContainerFlags(new Command("run"), typed)
      .option("--scale <number>", "", parseScale).addOption(balanceFlag())
      .argument("<image>").argument("[command...]").passThroughOptions().exitOverride();
    command.parse(typed, { from: "user" });
    const names = command.options.map((option) => option.attributeName());
    const given = new Set(names.filter((name) => command.getOptionValueSource(name as never) === "cli"));
    const [first, rest] = command.processedArgs;
    const plan = bunPlan([first, ...rest], command.opts(), given);
    return plan.map((container) => ({ ...container, where: container.where?.slice(directory.length + 1) }));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

const container = (name: string, more = "") => `version: "1.0"\nname: ${name}\nimage: bb\n${more}`;
const SHOP = {
  "shop/a.bun": `${container("web", "depends_on: {db: {condition: healthy}}\n")}---\n${container("db")}`,
  "shop/b.bun": container("cache"),
  "one.bun": container("one"),
};

Deno.test("bunPlan() has every container of the files and folders, with its dependencies and their place", () => {
  const plan = planOf(SHOP, "DIR/shop", "DIR/one.bun");
  assert.deepEqual(plan.map(({ name, where }) => [name, where]), [
    ["web", "shop/a.bun:4:1"],
    ["db", "shop/a.bun:7:1"],
    ["cache", "shop/b.bun:2:1"],
    ["one", "one.bun:2:1"],
  ]);
  assert.deepEqual(plan[0].dependsOn, [{ name: "db", condition: "healthy", restart: false }]);
  assert.equal(plan[1].options.bunDocument, 1);
});

Deno.test("bunPlan() takes what follows a single container as its command", () => {
  const commandOf = (...words: string[]) => planOf(SHOP, ...words)[0].options.command;
  assert.deepEqual(commandOf("DIR/one.bun", "ls", "other.bun"), ["ls", "other.bun"]);
  assert.deepEqual(commandOf("DIR/one.bun", "/bin/sh", "-c", "true"), ["/bin/sh", "-c", "true"]);
  assert.deepEqual(commandOf("DIR/one.bun", "--", "other.bun"), ["other.bun"]);
  assert.equal(commandOf("DIR/one.bun"), undefined);
});

Deno.test("bunPlan() of several refuses a command and the flags that fit one, and gives the others to all", () => {
  assert.throws(
    () => planOf(SHOP, "DIR/shop", "ls"),
    /^UsageError: Cannot run 'ls' in 3 containers at once$/,
  );
  for (const words of [["--name", "x"], ["-i"], ["-t"], ["--entrypoint", "sh"], ["--cidfile", "id"]]) {
    assert.throws(
      () => planOf(SHOP, ...words, "DIR/shop"),
      /^UsageError: Cannot use --.*: there are 3 containers$/,
    );
  }
  assert.throws(
    () => planOf(SHOP, "-m", "64m", "DIR/shop"),
    /Cannot use --memory beside '.*a.bun', '.*b.bun'/,
  );
  const plan = planOf(SHOP, "-e", "A=1", "-l", "b=2", "--rm", "--pull", "never", "-q", "DIR/shop");
  for (const { options } of plan) {
    assert.deepEqual([options.environment, options.labels.b], [["A=1"], "2"]);
    assert.deepEqual([options.autoRemove, options.pull], [true, "never"]);
  }
});

Deno.test("bunPlan() has every container of a scale, of the file's or the flag's", () => {
  const files = {
    "shop.bun": `${container("web", "scale: 2\nbalance: source\nports: [80]\n")}---\n` +
      container("proxy", "depends_on: [web]\n"),
    "web.bun": container("web"),
  };
  const names = (...words: string[]) => planOf(files, ...words).map(({ name }) => name);
  assert.deepEqual(names("DIR/shop.bun"), ["web-1", "web-2", "proxy"]);
  const [first, , proxy] = planOf(files, "DIR/shop.bun");
  assert.deepEqual([first.where, first.options.balance], ["shop.bun:2:1", {
    group: "web",
    method: "source",
  }]);
  assert.deepEqual(proxy.dependsOn.map(({ name }) => name), ["web-1", "web-2"]);
  assert.deepEqual(names("--scale", "3", "--name", "shop", "DIR/web.bun"), ["shop-1", "shop-2", "shop-3"]);
  assert.throws(
    () => names("--scale", "3", "DIR/shop.bun"),
    /Cannot use --scale beside .*: there are 2 containers/,
  );
  assert.throws(() => names("--balance", "source", "DIR/web.bun"), /Cannot use --balance without --scale/);
});

Deno.test("bunPlan() of one takes every flag that may stand beside a file", () => {
  const [one] = planOf(SHOP, "--name", "other", "-it", "--entrypoint", "sh", "DIR/one.bun");
  assert.deepEqual([one.name, one.options.tty, one.options.entrypoint], ["other", true, ["sh"]]);
});

Deno.test("bunPlan() refuses a name that two of its words give", () => {
  assert.throws(() => planOf(SHOP, "DIR/one.bun", "DIR/one.bun"), /the name 'one' is given twice/);
});

Deno.test("bunPlan() names every line of every file that asks for what is not there yet", () => {
  const files = {
    "a.bun": container("a", "replicas: {min: 3}\n"),
    "b.bun": container("b", "replicas: {min: 2}\n"),
  };
  assert.throws(() => planOf(files, "DIR/"), (error: Error) => {
    assert.match(
      error.message,
      /a\.bun:4:1: 'replicas' is not supported yet\n.*b\.bun:4:1: 'replicas' is not/,
    );
    return true;
  });
});

Deno.test("bunPlan() refuses --rm for a container that is to be started again", () => {
  const files = { "a.bun": container("a", "restart_policy: always\n") };
  assert.throws(
    () => planOf(files, "--rm", "DIR/a.bun"),
    /Cannot use --rm beside '.*': its restart_policy is always/,
  );
});

Deno.test("bunPlan() of a path that is no folder and no .bun file says so", () => {
  assert.throws(() => planOf(SHOP, "DIR/no-such/"), /Cannot read '.*no-such\/': there is no such file/);
});
