import assert from "node:assert/strict";
import { parseBunFiles } from "../parse.ts";
import { BunFileError } from "../bun_file_error.ts";

const parse = (text: string) => parseBunFiles('version: "1.0"\n' + text, { path: "web.bun", env: {} })[0];

const REFERENCE = "the name of an image, such as nginx:1.27 or registry.example.com/team/app@sha256:…";
const COMMAND = "a command line with every quote closed";

for (
  const [text, expected] of [
    ["image: nginx", { docker_image: "nginx", pull_policy: "missing" }],
    ["image: localhost:5000/a/b:1.0", { docker_image: "localhost:5000/a/b:1.0", pull_policy: "missing" }],
    [`image: ${"a".repeat(64)}`, { docker_image: "a".repeat(64), pull_policy: "missing" }],
    ["image: {docker_image: nginx, pull_policy: always}", { docker_image: "nginx", pull_policy: "always" }],
    [
      "image:\n  docker_image: nginx\n  command: nginx -g 'daemon off;'\n  entrypoint: [/bin/sh, -c]\n" +
      "  workdir: /srv/../data/\n  platform: linux/arm/v7\n",
      {
        docker_image: "nginx",
        command: ["nginx", "-g", "daemon off;"],
        entrypoint: ["/bin/sh", "-c"],
        workdir: "/data",
        platform: "linux/arm/v7",
        pull_policy: "missing",
      },
    ],
    ["image: {docker_image: a, command: [], entrypoint: ''}", {
      docker_image: "a",
      command: [],
      entrypoint: [],
      pull_policy: "missing",
    }],
    ["image: {docker_image: a, command: [sleep, 10, 1.50, true]}", {
      docker_image: "a",
      command: ["sleep", "10", "1.50", "true"],
      pull_policy: "missing",
    }],
  ] as const
) {
  Deno.test(`.bun reads ${text.replaceAll("\n", "⏎").slice(0, 80)}`, () => {
    assert.deepEqual(JSON.parse(JSON.stringify(parse(text).image)), expected);
  });
}

for (
  const [text, ...problems] of [
    ["name: web", "1:1: image is missing; write image: nginx:1.27"],
    [
      "image:",
      `2:7: image has no value; expected ${REFERENCE}, or a map of docker_image, command, entrypoint, ` +
      "workdir, platform, pull_policy",
    ],
    ["image: NGINX", `2:8: image is 'NGINX'; expected ${REFERENCE}`],
    ["image: nginx:", "2:8: not YAML: nested mappings are not allowed in compact mappings"],
    ["image: {}", "2:8: image.docker_image is missing; write docker_image: nginx:1.27"],
    ["image: {docker_image: 'a b'}", `2:23: image.docker_image is 'a b'; expected ${REFERENCE}`],
    ['image: {docker_image: a, command: "it\'s"}', `2:35: image.command is 'it's'; expected ${COMMAND}`],
    [
      "image: {docker_image: a, command: {a: b}}",
      "2:35: image.command is a map; expected a command line, or a list of words",
    ],
    [
      "image: {docker_image: a, command: [[a], null]}",
      "2:36: image.command[0] is a list; expected a text",
      "2:41: image.command[1] has no value; expected a text",
    ],
    [
      "image: {docker_image: a, workdir: data}",
      "2:35: image.workdir is 'data'; expected an absolute path in the container, such as /data",
    ],
    [
      "image: {docker_image: a, platform: 'a b'}",
      "2:36: image.platform is 'a b'; expected a platform, such as linux/arm64 or linux/arm/v7",
    ],
    [
      "image: {docker_image: a, pull_policy: alway}",
      "2:39: image.pull_policy is 'alway'; expected one of always, missing, never; did you mean 'always'?",
    ],
    [
      "image: {docker_image: a, comand: b}",
      "2:26: unknown key 'comand' in image; did you mean 'command'? " +
      "The keys are docker_image, command, entrypoint, workdir, platform, pull_policy",
    ],
    ["image: {docker_image: a, working_dir: /b}", "2:26: unknown key 'working_dir' in image; write workdir"],
  ]
) {
  Deno.test(`.bun refuses ${text}`, () => {
    assert.throws(() => parse(text), (error: BunFileError) => {
      assert(error instanceof BunFileError);
      const found = error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
      assert.deepEqual(found, problems);
      return true;
    });
  });
}
