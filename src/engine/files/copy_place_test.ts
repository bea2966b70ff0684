import assert from "node:assert/strict";
import { placeCopy } from "./copy_place.ts";

// docker container cp, "Description": each sentence of its list.
const FILE = { shown: "web:/dir/file", isDirectory: false, name: "file" };
const FOLDER = { shown: "web:/dir", isDirectory: true, name: "dir" };
const CONTENTS = { shown: "web:/dir/.", isDirectory: true, name: "dir" };
const MISSING = { shown: "new", kind: "missing" } as const;
const THERE = { shown: "there", kind: "directory" } as const;
const OTHER = { shown: "file", kind: "other" } as const;

const PLACES = [
  ["a file to what does not exist becomes it", FILE, MISSING, { inside: false }],
  ["a file to a file takes its place", FILE, OTHER, { inside: false }],
  ["a file to a folder goes into it", FILE, THERE, { inside: true, name: "file" }],
  ["a folder to what does not exist becomes it", FOLDER, MISSING, { inside: false }],
  ["a folder to what does not exist, with a slash, becomes it", FOLDER, { ...MISSING, shown: "new/" }, {
    inside: false,
  }],
  ["a folder to a folder goes into it", FOLDER, THERE, { inside: true, name: "dir" }],
  ["the content of a folder to a folder goes into it", CONTENTS, THERE, { inside: true, name: "" }],
  ["the content of a folder to what does not exist becomes it", CONTENTS, MISSING, { inside: false }],
  ["a folder with a slash is the folder", { ...FOLDER, shown: "web:/dir/" }, THERE, {
    inside: true,
    name: "dir",
  }],
  ["the folder one is in is its content", { ...FOLDER, shown: "." }, THERE, { inside: true, name: "" }],
] as const;

for (const [rule, source, target, place] of PLACES) {
  Deno.test(`placeCopy(): ${rule}`, () => assert.deepEqual(placeCopy(source, target), place));
}

const REFUSED = [
  ["a file to a missing folder", FILE, { ...MISSING, shown: "new/" }, /there is no directory 'new\/'/],
  ["a file to a file with a slash", FILE, { ...OTHER, shown: "file/" }, /'file\/' is not a directory/],
  ["a folder to a file", FOLDER, OTHER, /it is a directory, and 'file' is not/],
  ["a file with a slash", { ...FILE, shown: "web:/dir/file/" }, THERE, /it is not a directory/],
  ["the content of a file", { ...FILE, shown: "web:/dir/file/." }, THERE, /it is not a directory/],
] as const;

for (const [what, source, target, reason] of REFUSED) {
  Deno.test(`placeCopy() refuses ${what}`, () => assert.throws(() => placeCopy(source, target), reason));
}
