import assert from "node:assert/strict";
import { splitShellWords } from "./shell_words.ts";

for (
  const [text, ...words] of [
    [""],
    ["  \t\n"],
    ["a", "a"],
    ["  a  b\nc\t", "a", "b", "c"],
    ["a 'b c' d", "a", "b c", "d"],
    [`a "b c"d'e f'`, "a", "b cde f"],
    ["''", ""],
    ['a "" b', "a", "", "b"],
    [`'it'\\''s'`, "it's"],
    [String.raw`a\ b \"c\" \\`, "a b", '"c"', "\\"],
    [String.raw`"a\"b\\c\$d\n"`, 'a"b\\c$d\\n'],
    [String.raw`'a\b'`, "a\\b"],
    ["a\\\nb", "ab"],
    ["a \\\n  b \\\n", "a", "b"],
    ['"a\\\nb"', "ab"],
    ["echo $HOME | tee > *", "echo", "$HOME", "|", "tee", ">", "*"],
    ['nginx -g "daemon off;"', "nginx", "-g", "daemon off;"],
  ]
) {
  Deno.test(`splitShellWords() splits ${JSON.stringify(text)}`, () => {
    assert.deepEqual(splitShellWords(text), words);
  });
}

for (const text of ["'", 'a "b', "a \\", `"\\"`]) {
  Deno.test(`splitShellWords() refuses ${text}`, () => assert.equal(splitShellWords(text), undefined));
}
