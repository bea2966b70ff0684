import assert from "node:assert/strict";
import { substitute, SubstitutionError } from "./substitute.ts";

const ENV = { A: "one", EMPTY: "", TRICK: "${A} $$ }", _x1: "x" };

for (
  const [text, expected] of [
    ["", ""],
    ["no dollar", "no dollar"],
    ["${A}", "one"],
    ["<${A}-${_x1}>", "<one-x>"],
    ["${EMPTY}", ""],
    ["${EMPTY:-d}", "d"],
    ["${EMPTY-d}", ""],
    ["${UNSET:-d}", "d"],
    ["${UNSET-d e:f}", "d e:f"],
    ["${UNSET:-}", ""],
    ["${A:-d}", "one"],
    ["${UNSET:-${A}}", "one"],
    ["${UNSET:-${ALSO_UNSET:-x}y}z", "xyz"],
    ["${A:-${UNSET}}", "one"],
    ["${A:-${UNSET:?m}}", "one"],
    ["${A:?m}", "one"],
    ["${EMPTY?m}", ""],
    ["$$", "$"],
    ["$${A}", "${A}"],
    ["$$$$", "$$"],
    ["$${A}${A}", "${A}one"],
    ["${UNSET:-$$}", "$"],
    ["$HOME $1 $( $", "$HOME $1 $( $"],
    ["a}b", "a}b"],
    ["${TRICK}", "${A} $$ }"],
  ]
) {
  Deno.test(`substitute() makes '${text}' '${expected}'`, () => {
    assert.equal(substitute(text, ENV), expected);
  });
}

const FORM = "a '${' is followed by a variable's name and '}', ':-default', '-default' or ':?message'; " +
  "write $$ for a dollar sign";
for (
  const [text, message] of [
    ["${UNSET}", "the variable UNSET is not set; set it, or write ${UNSET:-default}"],
    ["${UNSET:?give a port}", "the variable UNSET is not set: give a port"],
    ["${UNSET?}", "the variable UNSET is not set"],
    ["${EMPTY:?no}", "the variable EMPTY is empty: no"],
    ["${constructor}", "the variable constructor is not set; set it, or write ${constructor:-default}"],
    ["${", FORM],
    ["${}", FORM],
    ["${1}", FORM],
    ["${A B}", FORM],
    ["${A+x}", FORM],
    ["${A", FORM],
    ["${A:-x", "a '${' is not closed by '}'"],
    ["${A:-${A}", "a '${' is not closed by '}'"],
  ]
) {
  Deno.test(`substitute() refuses '${text}'`, () => {
    assert.throws(() => substitute(text, ENV), new SubstitutionError(message));
  });
}

Deno.test("substitute() takes no part of a value into a message", () => {
  assert.throws(() => substitute("${A}${UNSET}", { A: "hunter2" }), (error: Error) => {
    return !error.message.includes("hunter2");
  });
});
