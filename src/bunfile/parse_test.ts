import assert from "node:assert/strict";
import { parseBunFile, readBunFile } from "./parse.ts";
import { BunFileError } from "./problem.ts";
import { problemsOf, readCase, testBad } from "./testing/cases.ts";
import { TextFileError } from "../base/text_file.ts";

testBad([
  ["prots: []", "1:1: unknown key 'prots'; did you mean 'ports'?"],
  ["command: ls", "1:1: unknown key 'command'; write it in image: image: { command: … }"],
  ["restart: always", "1:1: unknown key 'restart'; write restart_policy"],
  ["<<: {tty: x}", "1:11: tty is 'x'; expected true or false"],
  [
    "tty: &t x\ninit: *t",
    "1:9: init is 'x'; expected true or false",
    "1:9: tty is 'x'; expected true or false",
  ],
  [
    `name: ${"x ".repeat(100)}`,
    `1:7: name is '${"x ".repeat(100).slice(0, 59)}…'; expected a name of ` +
    "letters, digits, '_', '.' and '-', the first a letter or digit",
  ],
  ['tty: "\\e[31m\u202e"', "1:6: tty is '\\e[31m�'; expected true or false"],
  ["tty: |\n  one\n  two", "1:6: tty is '|…'; expected true or false"],
  [
    "zzzzzzzz: 1",
    "1:1: unknown key 'zzzzzzzz'; the keys are version, name, image, ports, volumes, environment, " +
    "env_file, healthcheck, restart_policy, stop_timeout, stop_signal, depends_on, replicas, resources, user, " +
    "hostname, read_only, tmpfs, cap_add, cap_drop, privileged, security_opt, devices, ulimits, sysctls, shm_size, " +
    "init, labels, network, networks, dns, extra_hosts, secrets, tty, stdin_open",
  ],
]);

for (
  const [text, ...problems] of [
    ["[a]", "1:1: the file is a list; expected a map of keys such as version, name, image"],
    ["hello", "1:1: the file is 'hello'; expected a map of keys such as version, name, image"],
    ["null", "1:1: the file has no value; expected a map of keys such as version, name, image"],
    [
      "name: web",
      "1:1: image is missing; write image: nginx:1.27",
      '1:1: version is missing; write version: "1.0"',
    ],
    ["version: 2\nimage: a", "1:10: version is '2'; expected 1.0"],
    ["a\0b", "1:2: not a text: here is the control character U+0000"],
    ["image: a\nx\x1b: 1", "2:2: not a text: here is the control character U+001B"],
  ]
) {
  Deno.test(`parseBunFile() refuses the file ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseBunFile(text, { path: "a.bun", env: {} }), (error: BunFileError) => {
      assert.deepEqual(
        error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`).sort(),
        problems,
      );
      return true;
    });
  });
}

Deno.test("parseBunFile() reports every problem, in the order of the file, each with the file's name", () => {
  const text = "version: '1.0'\nimage: A\nname: web\nports: [0]\nnmae: x\n";
  assert.throws(() => parseBunFile(text, { path: "site/web.bun", env: {} }), {
    message: [
      "Cannot use 'site/web.bun': 3 problems",
      "site/web.bun:2:8: image is 'A'; expected the name of an image, such as nginx:1.27 or " +
      "registry.example.com/team/app@sha256:…",
      "site/web.bun:4:9: ports[0] is '0'; expected ports from 1 to 65535, such as 8080:80",
      "site/web.bun:5:1: unknown key 'nmae'; did you mean 'name'?",
    ].join("\n"),
  });
});

Deno.test("parseBunFile() takes version: 1.0 without quotes, and booleans from variables", () => {
  const bun = parseBunFile("version: 1.0\nimage: a\ntty: ${T}\n", { path: "a.bun", env: { T: "true" } });
  assert.equal(bun.version, "1.0");
  assert.equal(bun.tty, true);
});

Deno.test("parseBunFile() never shows what a variable holds", () => {
  const bad = '"${SECRET} x"';
  const keys =
    "name: _\nuser: _\nhostname: _\ntty: _\nshm_size: _\nstop_timeout: _\nstop_signal: _\nports: [_]\n" +
    "volumes: [_]\ntmpfs: _\ncap_add: [_]\ndevices: [_]\nsecurity_opt: [_]\nrestart_policy: _\nnetwork: _\ndns: _\n" +
    "environment: [_]\nlabels: [_]\nsysctls: [_]\nextra_hosts: [_]\nsecrets: [_]\nhealthcheck: {path: _}\n" +
    "resources: {cpus: _, memory_limit: _, cpuset: _}\nulimits: {core: _}\ndepends_on: [_]\nreplicas: {min: _}\n";
  // problemsOf() looks for the value in the whole message.
  assert.equal(problemsOf(keys.replaceAll(/_(?=[\n\],}])/g, bad)).length, 28);
});

Deno.test("parseBunFile() makes host paths absolute from the file's folder", () => {
  const text = "version: '1.0'\nimage: a\nvolumes: [./x:/x]\n";
  const bun = parseBunFile(text, { path: "sub/web.bun", env: {} });
  assert.equal(bun.volumes[0].source, `${Deno.cwd()}/sub/x`);
  assert.equal(bun.source.path, `${Deno.cwd()}/sub/web.bun`);
});

Deno.test("readBunFile() puts the variables of env_file below those of environment", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/one.env`, "A=1\nB=1\nC=1\nHOME\n");
    Deno.writeTextFileSync(`${folder}/two.env`, "B='2'\nC=2\n");
    const text = "version: '1.0'\nimage: a\nenv_file: [one.env, ./two.env]\nenvironment: {C: 3}\n";
    Deno.writeTextFileSync(`${folder}/web.bun`, text);
    const bun = readBunFile(`${folder}/web.bun`);
    assert.deepEqual(bun.environment, { A: "1", B: "2", C: "3", HOME: Deno.env.get("HOME") });
    assert.deepEqual(bun.env_file, [`${folder}/one.env`, `${folder}/two.env`]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("readBunFile() reports what is wrong in an env_file with all the rest", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/bad.env`, "A='hunter2\n");
    const text = "version: '1.0'\nimage: a\nenv_file: [bad.env, gone.env, .]\ntty: x\n";
    Deno.writeTextFileSync(`${folder}/web.bun`, text);
    assert.throws(() => readBunFile(`${folder}/web.bun`), {
      message: [
        `Cannot use '${folder}/web.bun': 4 problems`,
        `${folder}/web.bun:3:21: env_file[1] is 'gone.env'; there is no such file`,
        `${folder}/web.bun:3:31: env_file[2] is '.'; it is a directory`,
        `${folder}/web.bun:4:6: tty is 'x'; expected true or false`,
        `${folder}/bad.env:1:3: A: the quote ' is not closed`,
      ].join("\n"),
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("readBunFile() says why a file cannot be read", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/a.bun`;
    const refuses = (reason: string) => {
      assert.throws(() => readBunFile(path), (error: TextFileError) => {
        assert.equal(error.message, `Cannot read '${path}': ${reason}`);
        return error instanceof TextFileError;
      });
    };
    refuses("there is no such file");
    Deno.writeFileSync(path, new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]));
    refuses("it is not a text file in UTF-8");
    Deno.writeTextFileSync(path, "#".repeat(1024 ** 2 + 1));
    refuses("it is larger than 1 MiB");
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    refuses("it is a directory");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("parseBunFile() reads the largest file there may be in a few seconds", () => {
  const line = (index: number) => `  KEY_${index}: value\n`;
  let text = "environment:\n";
  for (let index = 0; text.length < 1024 ** 2 - 100; index++) text += line(index);
  const start = performance.now();
  assert(Object.keys(readCase(text).environment).length > 40_000);
  assert(performance.now() - start < 20_000);
});
