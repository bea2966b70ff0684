import assert from "node:assert/strict";
import { parseBunFiles } from "./parse.ts";
import { Problems } from "../yaml/problem.ts";
import { mapsWithin, writeExample } from "../yaml/reference.ts";
import { bunSchema } from "./schema.ts";
import { readCase } from "./testing/cases.ts";
import type { TreeNode } from "../yaml/tree.ts";
import { Place, type Type } from "../yaml/types/type.ts";
import { readYaml } from "../yaml/yaml_tree.ts";

const EXAMPLE = Deno.readTextFileSync(new URL("../../example.bun", import.meta.url));

/** Comments that hold a key or an item, twice for those within others. */
function uncomment(text: string): string {
  const commentedOut = /^(\s*)# ((?:- )?[a-z_]+:(?: .*)?|\s+.*|- .*)$/gm;
  return text.replace(/^# {3}budgie .*$/gm, "").replace(commentedOut, "$1$2").replace(commentedOut, "$1$2");
}

function readTree(text: string): TreeNode {
  const problems = new Problems("example.bun");
  const [tree] = readYaml(text, { problems, env: {} }) ?? [];
  assert.deepEqual(problems.sorted(), []);
  return tree;
}

/** The keys of fixed maps that are in a tree: `ports[].host_port`. */
function keysIn(type: Type<unknown>, node: TreeNode, path: string): string[] {
  if (type.keys) {
    if (node.kind !== "map") return [];
    return node.entries.filter(({ key }) => type.keys![key]).flatMap(({ key, value }) => [
      `${path}.${key}`,
      ...keysIn(type.keys![key].type, value, `${path}.${key}`),
    ]);
  }
  return (type.parts ?? []).flatMap(({ suffix, type: part }) => {
    const children = suffix === "[]" && node.kind === "list"
      ? node.items
      : suffix === ".NAME" && node.kind === "map"
      ? node.entries.map(({ value }) => value)
      : suffix === ""
      ? [node]
      : [];
    return children.flatMap((child) => keysIn(part, child, path + suffix));
  });
}

Deno.test("example.bun is a good .bun file for this release, without any variable", () => {
  const [bun] = parseBunFiles(EXAMPLE, { path: "example.bun", env: {} });
  assert.equal(bun.name, "web");
  assert.equal(bun.image.docker_image, "nginx:1.27");
});

Deno.test("example.bun holds every key of the schema", () => {
  const found = new Set(keysIn(bunSchema, readTree(uncomment(EXAMPLE)), ""));
  const all = mapsWithin(bunSchema, "").flatMap(({ path, map }) =>
    Object.keys(map.keys!).map((key) => `${path}.${key}`)
  );
  assert.deepEqual(all.filter((key) => !found.has(key)), []);
});

Deno.test("what example.bun leaves out is good too, but for keys that exclude each other", () => {
  const problems = new Problems("example.bun");
  const context = { problems, whole: "the file", directory: "/srv", env: {} };
  bunSchema.read(readTree(uncomment(EXAMPLE)), new Place(context, ""));
  assert.ok(!problems.isEmpty);
  const others = problems.sorted().map(({ message }) => message).filter((message) =>
    !/only one of|a check that is disabled|is for on-failure only|there is no such file|repeats|scale needs them free/
      .test(message)
  );
  assert.deepEqual(others, []);
});

for (const { path, map } of mapsWithin(bunSchema, "")) {
  for (const [name, key] of Object.entries(map.keys!)) {
    Deno.test(`the example of ${path}.${name} is good`, () => {
      const problems = new Problems("example");
      const node = readTree(key.example);
      key.type.read(node, new Place({ problems, whole: "the file", directory: "/srv", env: {} }, name));
      if (name === "env_file") return; // names a file that is not there
      assert.deepEqual(problems.sorted(), []);
    });

    Deno.test(`${path}.${name} says in a sentence what it is for`, () => {
      assert.match(key.about, /^[A-Z`].*\.$/s);
    });
  }
}

/** What a key can't be without. */
const NEEDS: Record<string, string> = { scale: "name: web\n", balance: "name: web\nscale: 2\n" };

Deno.test("the examples of all keys are good as they stand in the reference", () => {
  for (const [name, key] of Object.entries(bunSchema.keys!)) {
    if (["version", "image", "env_file"].includes(name)) continue;
    readCase((NEEDS[name] ?? "") + writeExample(name, key.example));
  }
});
