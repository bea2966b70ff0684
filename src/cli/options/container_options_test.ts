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
  assert.deepEqual([options.ports, options.expose, options.dns, options.extraHosts], [[], [], [], []]);
  assert.deepEqual([options.publishAll, options.allowHost], [false, false]);
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
  assert.deepEqual(options.healthcheck?.probe, { type: "none" });
  assert.deepEqual([options.capDrop, options.capAdd], [["ALL"], ["CHOWN"]]);
  assert.deepEqual(options.sysctls, { "net.ipv4.ip_forward": "1" });
  assert.deepEqual(options.securityOpt, [`seccomp=${Deno.cwd()}/p.json`]);
});

Deno.test("the last word on a limit counts", () => {
  const { ulimits } = optionsOf("--ulimit", "nofile=10", "--ulimit", "core=0", "--ulimit", "nofile=20", "bb");
  assert.deepEqual(ulimits.map(({ name, soft }) => `${name}=${soft}`), ["nofile=20", "core=0"]);
});

Deno.test("run refuses docker's flags that are not built yet, by name", () => {
  for (const words of [["--gpus", "all"], ["--pid=host"], ["-ita", "stdout"], ["--network", "pasta"]]) {
    assert.throws(() => optionsOf(...words, "bb"), NotSupportedError, words.join(" "));
  }
  optionsOf("--restart", "no", "--net", "host", "bb");
  assert.throws(() => optionsOf("--bogus", "bb"), CommanderError);
});

Deno.test("run's flags about the network become the engine's options", () => {
  const options = optionsOf(
    ...["--network", "front", "--net", "back", "--network-alias", "www", "--ip", "10.0.0.2", "-p", "8080:80"],
    ...[
      "-p",
      "53:53/udp",
      "-P",
      "--expose",
      "90",
      "--expose",
      "90-91",
      "--dns",
      "9.9.9.9",
      "--dns-search",
      ".",
    ],
    ...["--dns-option", "ndots:2", "--dns-opt", "rotate", "--add-host", "a:1.2.3.4", "--allow-host", "bb"],
  );
  assert.deepEqual([options.network, options.networks], ["networks", [
    { name: "front", addresses: ["10.0.0.2"], aliases: ["www"] },
    { name: "back", addresses: [], aliases: [] },
  ]]);
  assert.deepEqual(options.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`), [
    "80/tcp",
    "53/udp",
  ]);
  assert.deepEqual([options.publishAll, options.allowHost], [true, true]);
  assert.deepEqual(options.expose, ["90/tcp", "91/tcp"]);
  assert.deepEqual([options.dns, options.dnsSearch], [["9.9.9.9"], ["."]]);
  assert.deepEqual(options.dnsOptions, ["ndots:2", "rotate"]);
  assert.deepEqual(options.extraHosts, [{ name: "a", address: "1.2.3.4" }]);
});

Deno.test("what a container can't have with its network is refused", () => {
  const cases: [words: string[], message: string][] = [
    [
      ["--network", "host", "-p", "80:80"],
      "Cannot publish port 80/tcp: the container has the host's network",
    ],
    [["--network", "none", "-p", "53/udp"], "Cannot publish port 53/udp: the container has no network"],
    [["--network", "none", "-P"], "Cannot publish all ports: the container has no network"],
    [
      ["--network", "container:db", "-p", "80"],
      "Cannot publish port 80/tcp: the container has the network of 'db'",
    ],
    ...["-h box", "--dns 9.9.9.9", "--dns-search a", "--dns-option a", "--add-host a:1.2.3.4", "--expose 80"]
      .map((flag): [string[], string] => [
        ["--network", "container:db", ...flag.split(" ")],
        "the container has the network of 'db'",
      ]),
    [["--network", "container:db", "--allow-host"], "the container has the network of 'db'"],
  ];
  for (const [words, message] of cases) {
    assert.throws(
      () => optionsOf(...words, "bb"),
      (error) => error instanceof UsageError && error.message.endsWith(message) && error.hint !== undefined,
      words.join(" "),
    );
  }
  optionsOf("--network", "host", "-h", "box", "--dns", "9.9.9.9", "--expose", "80", "bb");
  optionsOf("--network", "none", "--add-host", "a:1.2.3.4", "--expose", "80", "bb");
});

Deno.test("--restart takes docker's policies, and refuses others in docker's words", () => {
  const policy = (text: string) => optionsOf("--restart", text, "bb").restartPolicy;
  assert.deepEqual(policy("no"), { name: "no", maximumRetryCount: 0 });
  assert.deepEqual(policy(""), { name: "no", maximumRetryCount: 0 });
  assert.deepEqual(policy("unless-stopped"), { name: "unless-stopped", maximumRetryCount: 0 });
  assert.deepEqual(policy("always:0"), { name: "always", maximumRetryCount: 0 });
  assert.deepEqual(policy("on-failure"), { name: "on-failure", maximumRetryCount: 0 });
  assert.deepEqual(policy("on-failure:"), { name: "on-failure", maximumRetryCount: 0 });
  assert.deepEqual(policy("on-failure:5"), { name: "on-failure", maximumRetryCount: 5 });
  const refused = {
    allways: "unknown policy 'allways'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
    ":3": "no policy provided before colon",
    "on-failure:x": "maximum retry count must be an integer",
    "on-failure:1:2": "maximum retry count must be an integer",
    "on-failure:-1": "maximum retry count cannot be negative",
    "always:3": "maximum retry count can only be used with 'on-failure'",
    "no:-3": "maximum retry count can only be used with 'on-failure' and cannot be negative",
  };
  for (const [text, reason] of Object.entries(refused)) {
    assert.throws(() => policy(text), { message: `Cannot use --restart '${text}': ${reason}` });
  }
});

Deno.test("--rm and a restart policy exclude each other", () => {
  assert.throws(() => optionsOf("--rm", "--restart", "always", "bb"), /--rm with --restart: conflicting/);
  assert.equal(optionsOf("--rm", "--restart", "no", "bb").autoRemove, true);
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
    assert.throws(() => bunOptionsOf(path, "-p", "80"), /--publish/);
    assert.throws(() => bunOptionsOf(path, "--network", "host"), /--network/);
  });
});

Deno.test("a .bun file that asks for what is not built yet is refused with the line", () => {
  withBunFile(`${BUN}tty: true\nreplicas: { min: 2 }\n`, (path) => {
    assert.throws(() => bunOptionsOf(path), (error) => {
      assert.ok(error instanceof BudgieError);
      assert.equal(error.exitCode, 125);
      assert.match(error.message, /\.bun:6:1: 'replicas' is not supported yet$/m);
      return true;
    });
  });
});

Deno.test("what makes a single container refuses a scale of several, and takes one", () => {
  withBunFile(`${BUN}scale: 2\n`, (path) => {
    assert.throws(() => bunOptionsOf(path), /it describes 2 containers, not one/);
  });
  withBunFile(`${BUN}scale: 1\n`, (path) => {
    const { name, balance } = bunOptionsOf(path);
    assert.deepEqual([name, balance], ["web-1", { group: "web", method: "round-robin" }]);
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
