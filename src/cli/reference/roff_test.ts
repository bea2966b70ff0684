import assert from "node:assert/strict";
import { literal, roff } from "./roff.ts";

Deno.test("roff() of code is bold, keeps its dashes, and underlines what stands for something", () => {
  assert.equal(
    roff("with `-e, --env <name>`, or _so_"),
    ".PP\nwith \\fB\\-e, \\-\\-env \\fIname\\fB\\fR, or \\fIso\\fR",
  );
});

Deno.test("roff() begins a line with each sentence, and none with a request", () => {
  assert.equal(
    roff("It ends.\n`.` is a folder. 'So' is this."),
    [
      ".PP",
      "It ends.",
      "\\fB.\\fR is a folder.",
      "\\(aqSo\\(aq is this.",
    ].join("\n"),
  );
  assert.equal(roff("```\n.bun\n'x'\n```"), ".PP\n.RS 4\n.EX\n\\&.bun\n\\(aqx\\(aq\n.EE\n.RE");
});

Deno.test("roff() takes links for their words and reads escapes", () => {
  assert.equal(roff("see [`scale`](bun.md#scale), \\<here>"), ".PP\nsee \\fBscale\\fR, <here>");
});

Deno.test("roff() of a table is a list of terms; more than two columns say which they are", () => {
  assert.equal(roff("| Code | |\n| --- | --- |\n| `a\\|b` | done |"), ".TP\n\\fBa|b\\fR\ndone");
  assert.equal(
    roff("| Shell | Now | Always |\n| --- | --- | --- |\n| bash | x | y |"),
    ".TP\nbash\nNow: x\n.br\nAlways: y",
  );
});

Deno.test("roff() has no paragraph between a heading and its text", () => {
  assert.equal(roff("## Exit status\n\nIt ends."), '.SH "EXIT STATUS"\nIt ends.');
});

Deno.test("literal() leaves nothing for roff to read", () => {
  assert.equal(
    literal("a\\n ~/x 'y' `z` 64-bit … 100 µs"),
    "a\\en \\(ti/x \\(aqy\\(aq \\(gaz\\(ga 64\\-bit ... 100 \\[u00B5]s",
  );
});
