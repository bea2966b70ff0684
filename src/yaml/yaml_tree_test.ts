import assert from "node:assert/strict";
import { Problems } from "./problem.ts";
import type { TreeNode } from "./tree.ts";
import { readYaml } from "./yaml_tree.ts";

const ENV = { A: "one: two", JSON: '{"x": 1}' };

/** The values of each document. */
function read(text: string): unknown[] {
  const problems = new Problems("a.yaml");
  const trees = readYaml(text, { problems, env: ENV, whenEmpty: "empty" });
  assert.deepEqual(problems.sorted(), []);
  return trees!.map(values);
}

/** Texts, lists and maps; null is null. */
function values(node: TreeNode): unknown {
  switch (node.kind) {
    case "scalar":
      return node.text;
    case "list":
      return node.items.map(values);
    case "map":
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, values(value)]));
    default:
      return null;
  }
}

function problemsOf(text: string): string[] {
  const problems = new Problems("a.yaml");
  readYaml(text, { problems, env: ENV, whenEmpty: "empty" });
  return problems.sorted().map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

for (
  const [what, text, expected] of [
    ["texts as they are written", "[1.10, 0x1F, yes, true, 22:22, 'a', \"b\\n\", 2026-01-02]", [
      "1.10",
      "0x1F",
      "yes",
      "true",
      "22:22",
      "a",
      "b\n",
      "2026-01-02",
    ]],
    ["nothing, ~ and null", "{a: , b: ~, c: null, d: 'null'}", { a: null, b: null, c: null, d: "null" }],
    ["numbers as keys", "{80: x, 1.0: y}", { 80: "x", "1.0": "y" }],
    ["a byte order mark and Windows line ends", "\uFEFFa: 1\r\nb: 2\r\n", { a: "1", b: "2" }],
    ["one document with its marks", "%YAML 1.2\n---\na: 1\n...\n", { a: "1" }],
    ["aliases", "a: &x [1]\nb: *x", { a: ["1"], b: ["1"] }],
    ["an anchor given again: the last before the alias", "a: &x 1\nb: *x\nc: &x 2\nd: *x", {
      a: "1",
      b: "1",
      c: "2",
      d: "2",
    }],
    ["a merge key, which loses to the map's own", "a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}", {
      a: { k: "1", l: "2" },
      b: { k: "1", l: "3" },
    }],
    ["a list of merge keys, the first wins", "b: {<<: [{k: 1}, {k: 2, l: 3}]}", { b: { k: "1", l: "3" } }],
    ["a quoted << as a key", "{'<<': 1}", { "<<": "1" }],
    ["a variable, whatever YAML is in it", "a: ${A}\nb: '${JSON}'\nc: |\n  ${A}\n", {
      a: "one: two",
      b: '{"x": 1}',
      c: "one: two\n",
    }],
    ["no variable in keys", "${A}: ${A}", { "${A}": "one: two" }],
  ] as const
) {
  Deno.test(`readYaml() reads ${what}`, () => assert.deepEqual(read(text), [expected]));
}

for (
  const [what, text, ...problems] of [
    ["nothing", "", "1:1: empty"],
    ["comments only", "# a\n", "1:1: empty"],
    ["a tab", "a:\n\tb: 1", "2:1: a tab indents this line; YAML is indented with spaces"],
    ["an open quote", "a: 'b\n", "2:1: not YAML: missing closing 'quote"],
    [
      "an open list",
      "a: [1,",
      "1:7: not YAML: flow sequence in block collection must be sufficiently indented " +
      "and end with a ]",
    ],
    [
      "an empty document among others",
      "a: 1\n---\n# b: 2\n---\n",
      "2:1: the document that begins here is empty; leave out its '---'",
      "4:1: the document that begins here is empty; leave out its '---'",
    ],
    ["marks alone", "---\n", "1:1: empty"],
    ["an alias to another document", "a: &x 1\n---\nb: *x", "3:4: *x has no &x before it"],
    [
      "mistakes in several documents",
      "a: @x\n---\nb: 'y",
      "1:4: not YAML: plain value cannot start with reserved character @",
      "3:6: not YAML: missing closing 'quote",
    ],
    ["a tag of its own", "a: !!binary aGk=", "1:4: not YAML: unresolved tag: tag:yaml.org,2002:binary"],
    [
      "${} unquoted in a flow map",
      "a: {b: ${A}}",
      "1:9: not YAML: a value that begins with '{' or holds '${…}' needs quotes inside { } and [ ]",
      "1:10: not YAML: unexpected scalar at node end",
      '1:12: not YAML: unexpected flow-map-end token in YAML stream: "}"',
    ],
    [
      "a key twice",
      "a: 1\nb: 2\na: 3\n'b': 4",
      "3:1: the key 'a' is given twice; it is already on line 1",
      "4:1: the key 'b' is given twice; it is already on line 2",
    ],
    ["1 and '1' as keys", "1: a\n'1': b", "2:1: the key '1' is given twice; it is already on line 1"],
    ["a list as a key", "[a]: b", "1:1: a key is a word: no list, map or alias, and not nothing"],
    ["no key", ": b", "1:1: a key is a word: no list, map or alias, and not nothing"],
    ["an alias without anchor", "a: *x", "1:4: *x has no &x before it"],
    ["an alias before its anchor", "a: *x\nb: &x 1", "1:4: *x has no &x before it"],
    ["an alias in itself", "a: &x [1, *x]", "1:11: *x leads back into itself"],
    ["a merge of no map", "a: {<<: [1, {b: 2}]}", "1:10: << takes a map, or a list of maps"],
    [
      "each unset variable",
      "a: ${X}\nb: [y, '${Y}']",
      "1:4: the variable X is not set; set it, or write ${X:-default}",
      "2:8: the variable Y is not set; set it, or write ${Y:-default}",
    ],
    [
      "an unset variable used by two aliases once",
      "a: &a ${X}\nb: *a",
      "1:7: the variable X is not set; set it, or write ${X:-default}",
    ],
  ]
) {
  Deno.test(`readYaml() refuses ${what}`, () => {
    const found = problemsOf(text);
    assert.deepEqual(found, problems);
  });
}

for (const text of ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000)]) {
  Deno.test(`readYaml() refuses ${text.slice(0, 4)}… nested too deeply`, () => {
    assert(problemsOf(text).some((problem) => problem.endsWith(": values are nested too deeply")));
  });
}

Deno.test("readYaml() reports no more than the first ten mistakes in YAML", () => {
  assert.equal(problemsOf("a: @x\n".repeat(50)).length, 10);
});

Deno.test("readYaml() refuses aliases that multiply, in little time", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 30; level++) {
    lines.push(`a${level}: &a${level} [${Array(10).fill(`*a${level - 1}`)}]`);
  }
  const start = performance.now();
  const problems = problemsOf(lines.join("\n"));
  assert.match(problems[0], /^6:9: aliases make this too large$/);
  assert(performance.now() - start < 2000);
});

Deno.test("readYaml() reads several documents, each with its own anchors, and positions of the file", () => {
  const text = "a: &x 1\nb: *x\n---\na: &x 2\nb: *x\n--- [3]\n";
  assert.deepEqual(read(text), [{ a: "1", b: "1" }, { a: "2", b: "2" }, ["3"]]);
  const trees = readYaml(text, { problems: new Problems("a.yaml"), env: {} })!;
  assert.deepEqual(trees.map(({ line, column }) => [line, column]), [[1, 1], [4, 1], [6, 5]]);
});

Deno.test("readYaml() takes a hundred documents, and leaves off in little time where there are more", () => {
  assert.equal(read("--- a\n".repeat(100)).length, 100);
  const start = performance.now();
  const expected = ["101:1: one document too many begins here; a file holds at most 100"];
  assert.deepEqual(problemsOf("--- a\n".repeat(150_000)), expected);
  assert(performance.now() - start < 2000);
});

Deno.test("readYaml() counts what aliases multiply in all documents together", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 5; level++) {
    lines.push(`a${level}: &a${level} [${Array(10).fill(`*a${level - 1}`)}]`);
  }
  const text = lines.join("\n");
  assert.deepEqual(problemsOf(text), []);
  assert.match(problemsOf(Array(20).fill(text).join("\n---\n"))[0], /aliases make this too large$/);
});
