import assert from "node:assert/strict";
import { dirname, normalize } from "node:path/posix";
import { SETTINGS } from "../src/config/settings.ts";
import { ROOT } from "./root.ts";

Deno.test("docs/cli.md has every variable that the program reads or will read later, and no other of ours", () => {
  const page = Deno.readTextFileSync(`${ROOT}/docs/cli.md`);
  const read = variables(sources(`${ROOT}/src`).join("\n"));
  const later = SETTINGS.filter(({ key }) => key.notYet).map(({ variable }) => variable);
  assert.deepEqual(variables(page), [...read, ...later].sort());
});

function variables(text: string): string[] {
  return [...new Set(text.match(/\bBUDGIE_[A-Z_]+\b/g))].sort();
}

function sources(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    if (isDirectory) return sources(`${folder}/${name}`);
    return !name.endsWith(".ts") || name.endsWith("_test.ts")
      ? []
      : [Deno.readTextFileSync(`${folder}/${name}`)];
  });
}

Deno.test("every link from a page to a file of the repository, and to a heading in it, leads somewhere", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...inDocs()];
  for (const page of pages) {
    for (const [, path, anchor] of prose(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
      const target = path === "" ? page : normalize(`${dirname(page)}/${path}`);
      assert.ok(exists(target), `${page} links to ${target}`);
      if (anchor) assert.ok(anchors(target).includes(anchor), `${page} links to ${target}#${anchor}`);
    }
  }
});

function inDocs(): string[] {
  return Array.from(Deno.readDirSync(`${ROOT}/docs`)).filter(({ name }) => name.endsWith(".md"))
    .map(({ name }) => `docs/${name}`);
}

/** Without code, in which brackets mean something else. */
function prose(page: string): string {
  return Deno.readTextFileSync(`${ROOT}/${page}`).replace(/^```[^]*?^```/gm, "");
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(`${ROOT}/${path}`) !== undefined;
  } catch {
    return false;
  }
}

/** As GitHub calls the headings of a page. */
function anchors(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}
