import assert from "node:assert/strict";
import { Command, CommanderError } from "@commander-js/extra-typings";
import { BudgieError, NotSupportedError, UsageError } from "../../base/errors.ts";
import { bunFileOptions } from "./bun_file.ts";
import { isBunFile } from "./bun_file_name.ts";
import { addContainerFlags, type ContainerFlags } from "./container_flags.ts";
import { containerOptions } from "./container_options.ts";

/** What `run` makes of its words. */
function parse(
  ...words: string[]
): { image: string; command: string[]; flags: ContainerFlags; given: Set<string> } {
  const command = addContainerFlags(new Command("run"), words)
    .argument("<image>").argument("[command...]").passThroughOptions().exitOverride()
    .configureOutput({ writeErr() {}, writeOut() {} });
  command.parse(words, { from: "user" });
  const [image, rest] = command.processedArgs;
  const names = command.options.map((option) => option.attributeName());
  const given = new Set(names.filter((name) => command.getOptionValueSource(name as never) === "cli"));
  return { image, command: rest, flags: command.opts(), given };
}

function optionsOf(...words: string[]) {
  const { image, command, flags } = parse(...words);
  return containerOptions(image, command, flags);
}

Deno.test("run's flags end at the image", () => {
  const options = optionsOf("-it", "--rm", "-h", "box", "debian", "ls", "--rm", "-t", "-h");
  assert.equal(options.image, "debian");
  assert.deepEqual(options.command, ["ls", "--rm", "-t", "-h"]);
  assert.equal(options.tty && options.stdinOpen && options.autoRemove, true);
  assert.equal(options.hostname, "box");
});

Deno.test("run without flags asks for nothing", () => {
  const options = optionsOf("bb");
  assert.equal(options.command, undefined);
  assert.equal(options.entrypoint, undefined);
  assert.equal(options.pull, "missing");
  assert.equal(options.network, "none");
  assert.equal(options.healthcheck, undefined);
  assert.deepEqual(options.environment, []);
  assert.ok(Object.values(options.resources).every((value) => value === undefined));
});

Deno.test("an empty word is a flag that was not given, as of an empty variable in a script", () => {
  const flags = ["name", "hostname", "workdir", "user", "platform", "stop-signal", "cpuset-cpus"];
  const given = optionsOf(
    ...flags.flatMap((flag) => [`--${flag}`, ""]),
    "--cpus",
    "0",
    "--memory",
    "0",
    "bb",
  );
  assert.deepEqual(given, optionsOf("bb"));
});

Deno.test("run's flags become the engine's options", () => {
  const options = optionsOf(
    ...[
      "-m",
      "64m",
      "--memory-swap=-1",
      "--cpus",
      "0.5",
      "-c512",
      "--pids-limit",
      "0",
      "--stop-timeout",
      "-1",
    ],
    ...[
      "-l",
      "a=1",
      "-l",
      "b",
      "--entrypoint",
      "",
      "--no-healthcheck",
      "--cap-drop",
      "ALL",
      "--cap-add=CHOWN",
    ],
    ...[
      "--ulimit",
      "nofile=10",
      "--sysctl",
      "net.ipv4.ip_forward=1",
      "--security-opt",
      "seccomp=p.json",
      "bb",
    ],
  );
  assert.equal(options.resources.memoryBytes, 64 * 1024 ** 2);
  assert.equal(options.resources.memorySwapBytes, -1);
  assert.equal(options.resources.nanoCpus, 500_000_000);
  assert.equal(options.resources.cpuShares, 512);
  assert.equal(options.resources.pidsLimit, undefined);
  assert.equal(options.stopTimeoutSeconds, -1);
  assert.deepEqual(options.labels, { a: "1", b: "" });
  assert.deepEqual(options.entrypoint, []);
  assert.deepEqual(options.healthcheck, { Test: ["NONE"] });
  assert.deepEqual([options.capDrop, options.capAdd], [["ALL"], ["CHOWN"]]);
  assert.deepEqual(options.sysctls, { "net.ipv4.ip_forward": "1" });
  assert.deepEqual(options.securityOpt, [`seccomp=${Deno.cwd()}/p.json`]);
});

Deno.test("the last word on a limit counts", () => {
  const { ulimits } = optionsOf("--ulimit", "nofile=10", "--ulimit", "core=0", "--ulimit", "nofile=20", "bb");
  assert.deepEqual(ulimits.map(({ name, soft }) => `${name}=${soft}`), ["nofile=20", "core=0"]);
});

Deno.test("run refuses docker's flags that are not built yet, by name", () => {
  const flags = [["-d"], ["-p", "80:80"], ["-P"], ["--restart", "always"], ["--network", "web"], [
    "--dns",
    "::1",
  ]];
  for (const words of [...flags, ["--health-cmd=x"], ["--gpus", "all"], ["--sig-proxy=false"], ["-itd"]]) {
    assert.throws(() => optionsOf(...words, "bb"), NotSupportedError, words.join(" "));
  }
  optionsOf("--restart", "no", "--net", "host", "bb");
  assert.throws(() => optionsOf("--bogus", "bb"), CommanderError);
});

Deno.test("run refuses values that no container could have", () => {
  assert.throws(() => optionsOf("--stop-signal", "BOGUS", "bb"), UsageError);
  assert.throws(() => optionsOf("-w", "srv", "bb"), UsageError);
});

function withBunFile(text: string, check: (path: string) => void): void {
  const path = Deno.makeTempFileSync({ suffix: ".bun" });
  try {
    Deno.writeTextFileSync(path, text);
    check(path);
  } finally {
    Deno.removeSync(path);
  }
}

function bunOptionsOf(path: string, ...words: string[]) {
  const { image, command, flags, given } = parse(...words, path);
  return bunFileOptions(image, command, flags, given);
}

const BUN =
  'version: "1.0"\nname: web\nimage: { docker_image: bb, command: serve }\nenvironment: { A: file }\n';

Deno.test("flags beside a .bun file change what changes from run to run", () => {
  withBunFile(BUN, (path) => {
    const plain = bunOptionsOf(path);
    assert.deepEqual([plain.name, plain.command, plain.autoRemove], ["web", ["serve"], false]);
    const changed = bunOptionsOf(path, "--name", "other", "-e", "A=flag", "-it", "--rm", "--pull", "never");
    assert.deepEqual([changed.name, changed.tty, changed.stdinOpen, changed.autoRemove], [
      "other",
      true,
      true,
      true,
    ]);
    assert.deepEqual(changed.environment, ["A=file", "A=flag"]);
    assert.equal(changed.pull, "never");
    assert.equal(bunOptionsOf(path, "--entrypoint", "sh").command, undefined);
  });
});

Deno.test("flags that a .bun file describes are refused beside it", () => {
  withBunFile(BUN, (path) => {
    assert.throws(() => bunOptionsOf(path, "--read-only"), /Cannot use --read-only beside/);
    assert.throws(() => bunOptionsOf(path, "-m", "64m"), /--memory/);
  });
});

Deno.test("a .bun file that asks for what is not built yet is refused with every such line", () => {
  withBunFile(`${BUN}ports: ["80:80"]\nreplicas: { min: 2 }\n`, (path) => {
    assert.throws(() => bunOptionsOf(path), (error) => {
      assert.ok(error instanceof BudgieError);
      assert.equal(error.exitCode, 125);
      assert.match(error.message, /\.bun:5:1: 'ports' is not supported yet$/m);
      assert.match(error.message, /\.bun:6:1: 'replicas' is not supported yet$/m);
      return true;
    });
  });
});

Deno.test("isBunFile() takes what ends in .bun and is no image", () => {
  assert.equal(isBunFile("./web.bun"), true);
  assert.equal(isBunFile("/srv/web.bun"), true);
  assert.equal(isBunFile("web.bun"), true);
  assert.equal(isBunFile("no-such/web.bun"), false);
  assert.equal(isBunFile("docker.io/library/web.bun"), false);
  assert.equal(isBunFile("./web"), false);
});
