import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { BUDGIE, ROOT } from "./fixture/paths.ts";
import { run, show } from "./fixture/process.ts";

Deno.test("example.bun is valid, without root's data and without a registry", async () => {
  const result = await run([BUDGIE, "validate", `${ROOT}/example.bun`], {
    env: { BUDGIE_DATA_DIR: "/no-such-folder" },
  });
  assert.equal(result.code, 0, show(result));
});

Deno.test("validate names every problem with file, line and column", async () => {
  await using host = await openHost({ images: [] });
  const file = await host.write(
    "bad.bun",
    [
      'version: "1.0"',
      "name: web",
      "image:",
      "  docker_image: busybox",
      "  comand: echo",
      "ports:",
      "  - container_port: eighty",
    ].join("\n"),
  );
  const result = await host.budgie(["validate", file]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /bad\.bun:5:\d+: .*comand/);
  assert.match(result.stderr, /command/);
  assert.match(result.stderr, /bad\.bun:7:\d+: /);
});

Deno.test("validate checks several files and fails if one is wrong", async () => {
  await using host = await openHost({ images: [] });
  const good = await host.write("good.bun", 'version: "1.0"\nname: good\nimage: {docker_image: busybox}\n');
  const bad = await host.write("bad.bun", "version: [unclosed\n");
  assert.equal((await host.budgie(["validate", good])).code, 0);
  const result = await host.budgie(["validate", good, bad, `${host.directory}/missing.bun`]);
  assert.equal(result.code, 1);
  assert.match(result.stderr, /bad\.bun:\d+:\d+/);
  assert.match(result.stderr, /missing\.bun/);
});

Deno.test("validate fills in variables of the environment", async () => {
  await using host = await openHost({ images: [] });
  const file = await host.write(
    "vars.bun",
    'version: "1.0"\nname: ${NAME:-fallback}\nimage: {docker_image: "busybox:${TAG}"}\n',
  );
  const good = await host.budgie(["validate", file], { env: { TAG: "1.0" } });
  assert.equal(good.code, 0, show(good));
  const bad = await host.budgie(["validate", file], { env: { TAG: "not a tag" } });
  assert.equal(bad.code, 1, show(bad));
});

Deno.test("validate reads every document of a file, and every file of a folder", async () => {
  await using host = await openHost({ images: [] });
  await Deno.mkdir(`${host.directory}/shop`);
  const text = (name: string) => `version: "1.0"\nname: ${name}\nimage: busybox\n`;
  await host.write("shop/web.bun", `${text("web")}---\n${text("cache")}`);
  await host.write("shop/db.bun", text("db"));
  await host.write("shop/notes.txt", "not YAML: [");
  for (const folder of ["shop", "./shop/"]) {
    const printed = await host.ok(["validate", folder]);
    assert.equal(
      printed,
      `${folder.replace(/\/$/, "")}/db.bun: valid\n${folder.replace(/\/$/, "")}/web.bun: valid`,
    );
  }
  await host.write("shop/web.bun", `${text("web")}---\n${text("db")}tty: x\n`);
  const bad = await host.budgie(["validate", "shop"]);
  assert.equal(bad.code, 1, show(bad));
  assert.match(bad.stderr, /^shop\/web\.bun:8:6: tty is 'x'/m);
  await host.write("shop/web.bun", `${text("web")}---\n${text("db")}`);
  const twice = await host.budgie(["validate", "shop"]);
  assert.equal(twice.code, 1, show(twice));
  assert.match(twice.stderr, /^shop\/web\.bun:6:1: the name 'db' is given twice; shop\/db\.bun:2:1 has it/m);
});

Deno.test("validate of a folder without .bun files fails", async () => {
  await using host = await openHost({ images: [] });
  await Deno.mkdir(`${host.directory}/empty`);
  const result = await host.budgie(["validate", "empty"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /there is no \.bun file in this folder/);
});

Deno.test("validate refuses containers that wait for each other, and knows nothing of those elsewhere", async () => {
  await using host = await openHost({ images: [] });
  const text = (name: string, on: string) =>
    `version: "1.0"\nname: ${name}\nimage: busybox\ndepends_on: [${on}]\n`;
  const file = await host.write(
    "shop.bun",
    [text("web", "db"), text("db", "cache"), text("cache", "web")].join("---\n"),
  );
  const result = await host.budgie(["validate", file]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /shop\.bun:4:1: they depend on each other: web -> db -> cache -> web$/m);
  await host.ok(["validate", await host.write("shop.bun", text("web", "elsewhere"))]);
});
