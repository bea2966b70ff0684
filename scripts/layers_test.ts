import assert from "node:assert/strict";
import { dirname, join } from "node:path/posix";
import { ROOT } from "./root.ts";

/** What each folder may import: CONTRIBUTING.md, "The tree". */
const MAY_IMPORT: Record<string, string[]> = {
  "oci": ["src/base"],
  "src/base": [],
  "src/linux": ["src/base"],
  "src/yaml": ["src/base"],
  "src/config": ["src/base", "src/yaml"],
  "src/bunfile": ["oci", "src/base", "src/yaml"],
  "src/store": ["oci", "src/base", "src/linux"],
  "src/image": ["oci", "src/base", "src/linux", "src/store"],
  "src/bundle": ["oci", "src/base", "src/linux", "src/store"],
  "src/runtime": ["oci", "src/base", "src/linux", "src/store"],
  "src/network": ["oci", "src/base", "src/linux", "src/store"],
  "src/secret": ["oci", "src/base", "src/linux", "src/store"],
  "src/engine": [
    "oci",
    "src/base",
    "src/linux",
    "src/bunfile",
    "src/store",
    "src/image",
    "src/bundle",
    "src/runtime",
    "src/network",
    "src/secret",
  ],
  "src/daemon": [
    "oci",
    "src/base",
    "src/linux",
    "src/bunfile",
    "src/store",
    "src/bundle",
    "src/network",
    "src/engine",
  ],
  "src/cli": [
    "oci",
    "src/base",
    "src/yaml",
    "src/config",
    "src/bunfile",
    "src/store",
    "src/image",
    "src/bundle",
    "src/runtime",
    "src/engine",
    "src/daemon",
  ],
};

Deno.test("imports point down only", async () => {
  const wrong: string[] = [];
  for (const [file, imported] of await importGraph()) {
    const from = folderOf(file);
    for (const target of imported) {
      const to = folderOf(target);
      if (to !== from && !MAY_IMPORT[from].includes(to)) wrong.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("no file imports itself by way of others", async () => {
  const graph = await importGraph();
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    assert.ok(!path.includes(file), `a circle: ${[...path, file].join(" > ")}`);
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});

Deno.test("only src/linux opens libraries", async () => {
  const files = [...(await importGraph()).keys()].filter((file) => !file.startsWith("src/linux/"));
  const wrong = files.filter((file) => Deno.readTextFileSync(`${ROOT}/${file}`).includes("Deno.dlopen"));
  assert.deepEqual(wrong, []);
});

/** The files of the program, each with those of the project that it names. */
async function importGraph(): Promise<Map<string, string[]>> {
  const graph = new Map<string, string[]>();
  for (const folder of ["oci", "src"]) {
    for await (const file of sourcesBelow(folder)) {
      const text = await Deno.readTextFile(`${ROOT}/${file}`);
      const names = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g);
      graph.set(file, Array.from(names, ([, name]) => join(dirname(file), name)));
    }
  }
  return graph;
}

async function* sourcesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory && name !== "testing") yield* sourcesBelow(path);
    else if (name.endsWith(".ts") && !name.endsWith("_test.ts") && name !== "testing.ts") yield path;
  }
}

function folderOf(file: string): string {
  return file.startsWith("src/") ? file.split("/", 2).join("/") : file.split("/", 1)[0];
}
