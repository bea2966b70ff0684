import assert from "node:assert/strict";
import { parseBunFiles, readBunFiles } from "./parse.ts";
import { BunFileError } from "./bun_file_error.ts";
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
    "1:1: unknown key 'zzzzzzzz'; the keys are version, name, image, ports, expose, volumes, environment, " +
    "env_file, healthcheck, restart_policy, stop_timeout, stop_signal, log, depends_on, scale, balance, replicas, " +
    "resources, user, " +
    "hostname, read_only, tmpfs, cap_add, cap_drop, privileged, security_opt, devices, ulimits, sysctls, shm_size, " +
    "init, labels, network, networks, allow_host, dns, dns_search, dns_options, extra_hosts, secrets, tty, stdin_open",
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
  Deno.test(`parseBunFiles() refuses the file ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseBunFiles(text, { path: "a.bun", env: {} }), (error: BunFileError) => {
      assert.deepEqual(
        error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`).sort(),
        problems,
      );
      return true;
    });
  });
}

Deno.test("parseBunFiles() reports every problem, in the order of the file, each with the file's name", () => {
  const text = "version: '1.0'\nimage: A\nname: web\nports: [0]\nnmae: x\n";
  assert.throws(() => parseBunFiles(text, { path: "site/web.bun", env: {} }), {
    message: [
      "Cannot use 'site/web.bun': 3 problems",
      "site/web.bun:2:8: image is 'A'; expected the name of an image, such as nginx:1.27 or " +
      "registry.example.com/team/app@sha256:…",
      "site/web.bun:4:9: ports[0] is '0'; expected ports from 1 to 65535, such as 8080:80",
      "site/web.bun:5:1: unknown key 'nmae'; did you mean 'name'?",
    ].join("\n"),
  });
});

Deno.test("parseBunFiles() takes version: 1.0 without quotes, and booleans from variables", () => {
  const [bun] = parseBunFiles("version: 1.0\nimage: a\ntty: ${T}\n", { path: "a.bun", env: { T: "true" } });
  assert.equal(bun.version, "1.0");
  assert.equal(bun.tty, true);
});

Deno.test("parseBunFiles() never shows what a variable holds", () => {
  const bad = '"${SECRET} x"';
  const keys =
    "name: _\nuser: _\nhostname: _\ntty: _\nshm_size: _\nstop_timeout: _\nstop_signal: _\nports: [_]\n" +
    "volumes: [_]\ntmpfs: _\ncap_add: [_]\ndevices: [_]\nsecurity_opt: [_]\nrestart_policy: _\nnetwork: _\ndns: _\n" +
    "environment: [_]\nlabels: [_]\nsysctls: [_]\nextra_hosts: [_]\nsecrets: [_]\nhealthcheck: {path: _}\n" +
    "resources: {cpus: _, memory_limit: _, cpuset: _}\nulimits: {core: _}\ndepends_on: [_]\nreplicas: {min: _}\n";
  // problemsOf() looks for the value in the whole message.
  assert.equal(problemsOf(keys.replaceAll(/_(?=[\n\],}])/g, bad)).length, 28);
});

Deno.test("parseBunFiles() makes host paths absolute from the file's folder", () => {
  const text = "version: '1.0'\nimage: a\nvolumes: [./x:/x]\n";
  const [bun] = parseBunFiles(text, { path: "sub/web.bun", env: {} });
  assert.equal(bun.volumes[0].source, `${Deno.cwd()}/sub/x`);
  assert.equal(bun.source.path, `${Deno.cwd()}/sub/web.bun`);
});

Deno.test("readBunFiles() puts the variables of env_file below those of environment", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/one.env`, "A=1\nB=1\nC=1\nHOME\n");
    Deno.writeTextFileSync(`${folder}/two.env`, "B='2'\nC=2\n");
    const text = "version: '1.0'\nimage: a\nenv_file: [one.env, ./two.env]\nenvironment: {C: 3}\n";
    Deno.writeTextFileSync(`${folder}/web.bun`, text);
    const [bun] = readBunFiles(`${folder}/web.bun`);
    assert.deepEqual(bun.environment, { A: "1", B: "2", C: "3", HOME: Deno.env.get("HOME") });
    assert.deepEqual(bun.env_file, [`${folder}/one.env`, `${folder}/two.env`]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("readBunFiles() reports what is wrong in an env_file with all the rest", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/bad.env`, "A='hunter2\n");
    const text = "version: '1.0'\nimage: a\nenv_file: [bad.env, gone.env, .]\ntty: x\n";
    Deno.writeTextFileSync(`${folder}/web.bun`, text);
    assert.throws(() => readBunFiles(`${folder}/web.bun`), {
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

Deno.test("readBunFiles() says why a file cannot be read", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/a.bun`;
    const refuses = (reason: string) => {
      assert.throws(() => readBunFiles(path), (error: TextFileError) => {
        assert.equal(error.message, `Cannot read '${path}': ${reason}`);
        return error instanceof TextFileError;
      });
    };
    refuses("there is no such file");
    Deno.writeFileSync(path, new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]));
    refuses("it is not a text file in UTF-8");
    Deno.writeTextFileSync(path, "#".repeat(1024 ** 2 + 1));
    refuses("it is larger than 1 MiB");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("parseBunFiles() reads the largest file there may be in a few seconds", () => {
  const line = (index: number) => `  KEY_${index}: value\n`;
  let text = "environment:\n";
  for (let index = 0; text.length < 1024 ** 2 - 100; index++) text += line(index);
  const start = performance.now();
  assert(Object.keys(readCase(text).environment).length > 40_000);
  assert(performance.now() - start < 20_000);
});

Deno.test("parseBunFiles() reads a container from each document, and knows which one it is", () => {
  const text = "version: '1.0'\nname: db\nimage: a\n---\nversion: '1.0'\nimage: b\n";
  const [db, nameless, ...more] = parseBunFiles(text, { path: "shop.bun", env: {} });
  assert.deepEqual([db.name, nameless.name, more.length], ["db", undefined, 0]);
  assert.deepEqual(nameless.source, {
    path: `${Deno.cwd()}/shop.bun`,
    written: "shop.bun",
    document: 1,
    positions: { version: { line: 5, column: 1 }, image: { line: 6, column: 1 } },
  });
});

Deno.test("parseBunFiles() reports the problems of every document where they stand in the file", () => {
  const text = "version: '1.0'\nimage: A\n---\n[]\n---\nversion: '1.0'\nimage: b\ntty: x\n";
  assert.throws(() => parseBunFiles(text, { path: "shop.bun", env: {} }), {
    message:
      /^Cannot use 'shop.bun': 3 problems\n.*:2:8: image .*\n.*:4:1: the document is a list.*\n.*:8:6: tty .*$/,
  });
});

/** Calls `check` with a folder that holds these files. */
function withFiles(files: Record<string, string>, check: (folder: string) => void) {
  const folder = Deno.makeTempDirSync();
  try {
    for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(`${folder}/${name}`, text);
    check(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const named = (name: string) => `version: "1.0"\nname: ${name}\nimage: a\n`;

Deno.test("readBunFiles() of a folder reads its .bun files in the order of their names, and no others", () => {
  const files = { "b.bun": named("one"), "a.bun": `${named("two")}---\n${named("three")}`, "c.yaml": "x" };
  withFiles(files, (folder) => {
    Deno.mkdirSync(`${folder}/sub.bun`);
    const bunFiles = readBunFiles(`${folder}/`);
    assert.deepEqual(bunFiles.map(({ name }) => name), ["two", "three", "one"]);
    assert.equal(bunFiles[2].source.written, `${folder}/b.bun`);
  });
});

Deno.test("readBunFiles() of a folder without .bun files says so", () => {
  withFiles({}, (folder) => {
    assert.throws(() => readBunFiles(folder), {
      message: `Cannot use '${folder}': there is no .bun file in this folder`,
    });
  });
});

Deno.test("readBunFiles() refuses a name that two documents have, in one file or in two", () => {
  withFiles({ "a.bun": `${named("web")}---\n${named("web")}`, "b.bun": named("web") }, (folder) => {
    assert.throws(() => readBunFiles(folder), {
      message: [
        `Cannot use '${folder}': 2 problems`,
        `${folder}/a.bun:6:1: the name 'web' is given twice; ${folder}/a.bun:2:1 has it already`,
        `${folder}/b.bun:2:1: the name 'web' is given twice; ${folder}/a.bun:2:1 has it already`,
      ].join("\n"),
    });
  });
});

Deno.test("readBunFiles() refuses a name that the scale of another document makes", () => {
  withFiles({ "a.bun": `${named("web")}scale: 2\n---\n${named("web-2")}` }, (folder) => {
    assert.throws(
      () => readBunFiles(folder),
      /a\.bun:7:1: the name 'web-2' is given twice; .*a\.bun:2:1 has it already$/m,
    );
  });
  withFiles({ "a.bun": `${named("web")}scale: 2\n---\n${named("web-3")}` }, (folder) => {
    assert.equal(readBunFiles(folder).length, 2);
  });
});

Deno.test("readBunFiles() reports what is wrong in every file of a folder", () => {
  withFiles({ "a.bun": "nmae: x", "b.bun": named("web"), "c.bun": "[" }, (folder) => {
    assert.throws(() => readBunFiles(folder), (error: BunFileError) => {
      const places = error.problems.map(({ path, line }) => `${path.slice(folder.length + 1)}:${line}`);
      assert.deepEqual(places, ["a.bun:1", "a.bun:1", "a.bun:1", "c.bun:1"]);
      return true;
    });
  });
});
