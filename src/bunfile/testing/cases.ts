/** Tables of what is read from a .bun file and what is refused, as tests. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import type { BunFile } from "../bun_file.ts";
import { parseBunFiles } from "../parse.ts";
import { bunJsonSchema } from "../json_schema.ts";
import { BunFileError } from "../bun_file_error.ts";
import { conforms } from "./conforms.ts";

/** What every file needs, so that a case can do with one key. */
const HEAD = 'version: "1.0"\nimage: nginx\n';
const HEAD_LINES = 2;

const SCHEMA = bunJsonSchema();

/** The host's variables in all cases. */
const ENV = { HOME: "/home/me", PORT: "8080", EMPTY: "", SECRET: "hunter2" };

/** Reads a file at /srv/web.bun that begins with a version and an image. */
export function readCase(text: string): BunFile {
  return parseBunFiles(HEAD + text, { path: "/srv/web.bun", env: ENV })[0];
}

/** `line:column: message` of every problem; lines count from the case's first one. */
export function problemsOf(text: string): string[] {
  try {
    readCase(text);
    return [];
  } catch (error) {
    assert(error instanceof BunFileError, String(error));
    assert(!error.message.includes(ENV.SECRET), "a variable's value is in the message");
    return error.problems.map(({ line, column, message }) => `${line - HEAD_LINES}:${column}: ${message}`);
  }
}

/** For each case a test that the text is read to these values, among others, and is good by the JSON Schema. */
export function testGood(cases: readonly (readonly [text: string, expected: Partial<BunFile>])[]) {
  for (const [text, expected] of cases) {
    Deno.test(`.bun reads ${oneLine(text)}`, () => {
      const bun: Record<string, unknown> = readCase(text);
      for (const [key, value] of Object.entries(expected)) {
        // By JSON: a key that is undefined is a key that is not there.
        assert.deepEqual(plain(bun[key]), plain(value));
      }
      assert(conforms(parse(HEAD + text, { logLevel: "error" }), SCHEMA), "the JSON Schema refuses it");
    });
  }
}

/** For each case a test that the text is refused with these problems and no other. */
export function testBad(cases: readonly (readonly [text: string, ...problems: string[]])[]) {
  for (const [text, ...problems] of cases) {
    Deno.test(`.bun refuses ${oneLine(text)}`, () => assert.deepEqual(problemsOf(text), problems));
  }
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function oneLine(text: string): string {
  const line = text.replaceAll("\n", "⏎");
  return line.length > 90 ? `${line.slice(0, 90)}…` : line;
}
