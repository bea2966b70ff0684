import assert from "node:assert/strict";
import { type Host, openHost } from "./fixture/host.ts";
import { BUDGIE } from "./fixture/paths.ts";
import { openTerminal } from "./fixture/terminal.ts";

/** How each shell is started without anybody's own settings, and what it is told first. */
const SHELLS: Record<string, { command: string[]; setUp: string }> = {
  bash: { command: ["bash", "--norc", "--noprofile", "-i"], setUp: "source <(budgie completion bash)" },
  zsh: {
    command: ["zsh", "-f", "-i"],
    setUp: "autoload -Uz compinit; compinit -u -D; source <(budgie completion zsh)",
  },
  fish: { command: ["fish", "--no-config", "-i"], setUp: "budgie completion fish | source" },
};

/** What is typed, with a tab in it, and the words that the command has then. */
const LINES: [typed: string, words: string[]][] = [
  ["unpau\t", ["unpause"]],
  ["help netw\t cre\t", ["help", "network", "create"]],
  ["inspect webl\t", ["inspect", "weblog"]],
  ["exec --tt\t weblog", ["exec", "--tty", "weblog"]],
  ["exec weblog --tt\t", ["exec", "weblog", "--tt"]],
  ["stop ./stal\t", ["stop", "./stall.bun"]],
  ["kill -s WIN\t weblog", ["kill", "-s", "WINCH", "weblog"]],
  ["ps --filter stat\texi\t", ["ps", "--filter", "status=exited"]],
  ["ps --filter=status=exi\t", ["ps", "--filter=status=exited"]],
  ["rmi busybox:la\t", ["rmi", "busybox:latest"]],
  ["run busybox --netw\t", ["run", "busybox", "--netw"]],
  ["run --network shopn\t x", ["run", "--network", "shopnet", "x"]],
  ["run -e 'A B' --network shopn\t x", ["run", "-e", "A B", "--network", "shopnet", "x"]],
  ["run --network=shopn\t x", ["run", "--network=shopnet", "x"]],
  ["run --network container:webl\t x", ["run", "--network", "container:weblog", "x"]],
  ["run --restart unl\t x", ["run", "--restart", "unless-stopped", "x"]],
  ["run -v shopd\t/data x", ["run", "-v", "shopdata:/data", "x"]],
  ["run --env-file myv\t x", ["run", "--env-file", "myvars.env", "x"]],
  ["network rm shopn\t", ["network", "rm", "shopnet"]],
  ["run --secret dbpas\t x", ["run", "--secret", "dbpassword", "x"]],
  ["secret rm dbpas\t", ["secret", "rm", "dbpassword"]],
  ["config get log.max_f\t", ["config", "get", "log.max_files"]],
];

/** A host with something to complete, and a `budgie` on its PATH that completes, but says its words else. */
async function hostWithNames(): Promise<Host> {
  const host = await openHost();
  await host.ok(["create", "--name", "weblog", "-v", "shopdata:/data", "busybox", "true"]);
  await host.ok(["network", "create", "shopnet"]);
  await host.ok(["secret", "create", "dbpassword", "-"], { stdin: "hunter2" });
  await host.write("myvars.env", "A=1\n");
  await host.write("stall.bun", "");
  await Deno.mkdir(`${host.directory}/bin`);
  const program = await host.write(
    "bin/budgie",
    `#!/bin/sh\ncase $1 in __complete | completion) exec ${BUDGIE} "$@" ;; esac\n` +
      `printf 'SAID'\nprintf '<%s>' "$@"\necho '<>'\n`,
  );
  await Deno.chmod(program, 0o755);
  return host;
}

for (const [shell, { command, setUp }] of Object.entries(SHELLS)) {
  Deno.test(`${shell} completes commands, flags, files and the names of what is there`, async () => {
    await using host = await hostWithNames();
    const env = { ...host.env, PATH: `${host.directory}/bin:${Deno.env.get("PATH")}` };
    const inFolder = ["sh", "-c", 'cd "$0" && exec "$@"', host.directory, ...command];
    await using terminal = await openTerminal(inFolder, { env, columns: 200 });
    await terminal.type(`${setUp}\r`);
    await terminal.type("budgie is ready\r");
    await terminal.until("SAID<is><ready><>");
    for (const [typed, words] of LINES) {
      const from = terminal.output.length;
      await terminal.type(`budgie ${typed}\r`);
      await terminal.type("budgie done\r");
      await terminal.until(new RegExp(`^[^]{${from}}[^]*SAID<done><>`));
      const said = /SAID(<.*)<>/.exec(terminal.output.slice(from))?.[1];
      assert.equal(said, words.map((word) => `<${word}>`).join(""), JSON.stringify(typed));
    }
  });
}

/** The words that could stand at the end of a line. */
async function candidates(host: Host, line: string[]): Promise<string[]> {
  const printed = await host.ok(["__complete", ...line]);
  return printed === "" ? [] : printed.split("\n").map((line) => line.split("\t")[0]);
}

Deno.test("nothing of budgie's is offered to the program in a container", async () => {
  await using host = await hostWithNames();
  for (
    const line of [
      ["exec", "weblog", ""],
      ["exec", "-it", "weblog", "-"],
      ["exec", "-e", "A=b", "weblog", "ls", "--"],
      ["run", "busybox", "-"],
      ["run", "--rm", "-p", "80", "busybox", ""],
      ["container", "exec", "weblog", "-"],
    ]
  ) assert.deepEqual(await candidates(host, line), [], line.join(" "));
  assert.ok((await candidates(host, ["run", "--rm", "-p", "80", "--"])).includes("--detach"));
});

Deno.test("names are looked for where the line's own configuration says", async () => {
  await using host = await hostWithNames();
  const data = `data_dir=${host.directory}/other`;
  assert.deepEqual(await candidates(host, ["inspect", "webl"]), ["weblog"]);
  assert.deepEqual(await candidates(host, ["--set", data, "inspect", "webl"]), []);
  assert.deepEqual(await candidates(host, ["--set", "log.max_f"]), ["log.max_files="]);
  assert.deepEqual(await candidates(host, ["network", "create", "shop"]), []);
  assert.deepEqual(await candidates(host, ["secret", "create", ""]), []);
  assert.deepEqual(await candidates(host, ["cp", "web"]), ["weblog:", ":files"]);
  // A line that makes no sense, and a configuration that can't be used, are no reason to complain.
  for (const line of [["nonsense", ""], ["--config", "/nope", "ps", ""], ["--set", "x", "ps", ""], []]) {
    const { code, stderr } = await host.budgie(["__complete", ...line]);
    assert.deepEqual([code, stderr], [0, ""]);
  }
});

Deno.test("every kind of name, and of value for a flag, is offered where it is meant", async () => {
  await using host = await hostWithNames();
  const env = { ...host.env, SHOP_TOKEN: "hunter2" };
  assert.equal(await host.ok(["__complete", "run", "-e", "SHOP"], { env }), "SHOP_TOKEN");
  const offered: [line: string[], words: string[]][] = [
    [["logs", "web"], ["weblog"]],
    [["container", "rm", "web"], ["weblog"]],
    [["network", "connect", "shop"], ["shopnet"]],
    [["network", "connect", "shopnet", "web"], ["weblog"]],
    [["run", "busybox:"], ["busybox:latest", ":files"]],
    [["container", "run", "busybox:"], ["busybox:latest", ":files"]],
    [["image", "history", "busybox:"], ["busybox:latest"]],
    [["tag", "busybox:"], ["busybox:latest"]],
    [["secret", "inspect", "db"], ["dbpassword"]],
    [["config", "set", "log.max_s"], ["log.max_size"]],
    [["completion", "z"], ["zsh"]],
    [["run", "--cap-add", "NET_B"], ["NET_BIND_SERVICE", "NET_BROADCAST"]],
    [["run", "--restart", "on"], ["on-failure", "on-failure:"]],
    [["run", "--pull", "n"], ["never"]],
    [["run", "--log-driver", "no"], ["none"]],
    [["run", "--log-opt", "max-s"], ["max-size="]],
    [["run", "--ulimit", "nof"], ["nofile="]],
    [["run", "--platform", "linux/arm6"], ["linux/arm64"]],
    [["run", "--security-opt", "seccomp="], ["seccomp=unconfined"]],
    [["run", "--hostname", ""], []],
    [["run", "--net", "shop"], ["shopnet"]],
    [["secret", "ls", "-f", "la"], ["label="]],
    [["stop", "-s", "QUI"], ["QUIT"]],
    [["network", "create", "--driver", "mac"], ["macvlan"]],
    [["network", "create", "--parent", "l"], ["lo"]],
    [["network", "ls", "--filter", "ty"], ["type="]],
    [["image", "ls", "--filter", "dangling="], ["dangling=true", "dangling=false"]],
    [["ps", "--format", ""], ["json"]],
    [["config", "--format", ""], ["yaml", "json"]],
  ];
  for (const [line, words] of offered) assert.deepEqual(await candidates(host, line), words, line.join(" "));
});

Deno.test("names are there in a tenth of a second", async () => {
  await using host = await hostWithNames();
  const names: number[] = [];
  const start: number[] = [];
  for (let round = 0; round < 10; round++) {
    names.push(
      await timed(async () => assert.deepEqual(await candidates(host, ["inspect", "webl"]), ["weblog"])),
    );
    start.push(await timed(() => host.ok(["version"])));
  }
  // The quickest count; on a machine that others keep busy, what completion adds to the program's start.
  const [quickest, bare] = [Math.min(...names), Math.min(...start)];
  assert.ok(quickest < 100 || quickest - bare < 50, `${quickest} ms, and ${bare} ms for the version`);
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

Deno.test("completing starts and writes nothing", async () => {
  await using host = await openHost({ images: [] });
  await using empty = await openHost({ images: [], env: { BUDGIE_DATA_DIR: `${host.directory}/none` } });
  await candidates(empty, ["inspect", ""]);
  await assert.rejects(Deno.stat(`${host.directory}/none`), Deno.errors.NotFound);
});
