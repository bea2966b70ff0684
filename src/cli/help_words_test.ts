import assert from "node:assert/strict";
import { BudgieError } from "../base/errors.ts";
import { COMMANDS } from "./commands.ts";
import { helpWords } from "./help_words.ts";

/** The words after `budgie`, in one text each. */
function words(line: string): string {
  return helpWords(line.split(" ").filter((word) => word !== ""), COMMANDS).join(" ");
}

Deno.test("helpWords() of a line that asks for help is --help at the end", () => {
  assert.equal(words(""), "--help");
  assert.equal(words("help"), "--help");
  assert.equal(words("help help"), "--help");
  assert.equal(words("help run"), "run --help");
  assert.equal(words("help network"), "network --help");
  assert.equal(words("help network create"), "network create --help");
  assert.equal(words("help config set"), "config set --help");
  assert.equal(words("network"), "network --help");
});

Deno.test("helpWords() of any other line is the line", () => {
  for (
    const line of [
      "config",
      "run busybox --help",
      "network ls",
      "config --show-origin",
      "--version",
      "run help",
    ]
  ) {
    assert.equal(words(line), line);
  }
});

Deno.test("helpWords() ends at a word that is no command", () => {
  assert.equal(words("rnu --help"), "rnu");
  assert.equal(words("help rnu"), "rnu");
  assert.equal(words("network crate --help"), "network crate");
  assert.equal(words("help network crate front"), "network crate");
  assert.equal(words("config shwo --help"), "config shwo");
});

Deno.test("helpWords() never makes a command line of what follows a command", () => {
  assert.throws(() => words("help run busybox"), (error) => {
    assert.ok(error instanceof BudgieError);
    assert.equal(error.message, "Cannot show help for 'run busybox': there is no such command");
    assert.equal(error.hint, "See 'budgie run --help'");
    return true;
  });
});
