import assert from "node:assert/strict";
import { EnvFileError, parseEnvFile } from "./env_file.ts";

const HOST = { HOME: "/root", EMPTY: "" };
const read = (text: string) => parseEnvFile(text, { path: "web.env", env: HOST });

const READ: [what: string, text: string, variables: Record<string, string>][] = [
  ["an empty file", "", {}],
  ["comments and blank lines", "# a\n\n   # b\n\t\n", {}],
  ["plain values", "A=1\nB=two words\n", { A: "1", B: "two words" }],
  ["an empty value", "A=\nB=  \nC=''", { A: "", B: "", C: "" }],
  ["Windows line ends and a byte order mark", "\uFEFFA=1\r\nB=2\r\n", { A: "1", B: "2" }],
  ["a value with = in it", "URL=http://x/?a=b", { URL: "http://x/?a=b" }],
  ["a comment after a blank only", "A=1 # one\nB=a#b\nC=#c", { A: "1", B: "a#b", C: "" }],
  ["blanks around a value", "A=  1  \n  B=2", { A: "1", B: "2" }],
  ["export", "export A=1\n export\tB='2'\nexporter=3", { A: "1", B: "2", exporter: "3" }],
  ["single quotes as they stand", `A='x\\n "$y" #'`, { A: 'x\\n "$y" #' }],
  ["escapes in double quotes", String.raw`A="a\tb\n\"c\" \\ \$d"`, { A: 'a\tb\n"c" \\ $d' }],
  ["an unknown escape as it stands", String.raw`A="C:\dir"`, { A: "C:\\dir" }],
  ["a comment after quotes", "A='x' # y", { A: "x" }],
  ["values over several lines", "KEY=\"-----\nabc\n-----\"\nB='1\n2'\nC=3", {
    KEY: "-----\nabc\n-----",
    B: "1\n2",
    C: "3",
  }],
  ["a quote inside a plain value", "A=it's", { A: "it's" }],
  ["nothing substituted", "A=$HOME ${HOME}", { A: "$HOME ${HOME}" }],
  ["a name alone from the host, if set there", "HOME\nEMPTY # c\nUNSET", { HOME: "/root", EMPTY: "" }],
  ["the last of a name given twice", "A=1\nA=2", { A: "2" }],
  ["names of wider alphabet", "xpack.security=1\nmy-name=2\n__proto__=3", {
    "xpack.security": "1",
    "my-name": "2",
    ["__proto__"]: "3",
  }],
];

for (const [what, text, variables] of READ) {
  Deno.test(`parseEnvFile() reads ${what}`, () => assert.deepEqual(read(text), variables));
}

const NOT_A_LINE = "a line is NAME=value; a name has letters, digits, '_', '.' and '-', no digit first";
const REFUSED: [what: string, text: string, problems: string[]][] = [
  ["a name that begins with a digit", "OK=1\n 1A=x", [`2:2: ${NOT_A_LINE}`]],
  ["a line without a name", "=x", [`1:1: ${NOT_A_LINE}`]],
  ["words", "hello world", [`1:1: ${NOT_A_LINE}`]],
  ["a blank before =", "A =x", ["1:2: no blank may stand between 'A' and '='"]],
  ["an open quote", "A='secret\nB=1", ["1:3: A: the quote ' is not closed"]],
  ["text after a quote", `A="x"secret`, ["1:3: A: only a comment may follow the closing quote"]],
  ["NUL in quotes", "A='x\0y'", ["1:3: A: a value has no NUL character"]],
  ["what stands below a value of several lines", "A='1\n2\n3'\nB=1\n-", [`5:1: ${NOT_A_LINE}`]],
  ["NUL", "A=x\0y", ["1:3: A: a value has no NUL character"]],
  ["each of several problems", "1=x\nA=ok\nB ='y'\nC=\"\n", [
    `1:1: ${NOT_A_LINE}`,
    "3:2: no blank may stand between 'B' and '='",
    '4:3: C: the quote " is not closed',
  ]],
];

for (const [what, text, problems] of REFUSED) {
  Deno.test(`parseEnvFile() refuses ${what}`, () => {
    assert.throws(() => read(text), (error: EnvFileError) => {
      assert(error instanceof EnvFileError);
      assert.deepEqual(error.message.split("\n").slice(1), problems.map((problem) => `web.env:${problem}`));
      assert(!error.message.includes("secret"));
      return true;
    });
  });
}
