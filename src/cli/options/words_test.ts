import assert from "node:assert/strict";
import { BudgieError, UsageError } from "../../base/errors.ts";
import { reserveCidFile } from "./cid_file.ts";
import { withoutDashes } from "./command_words.ts";
import { collectEnvironment } from "./environment.ts";
import { parseWords } from "./image_words.ts";
import { parseLabel, parseSysctl, readLabelFile } from "./key_value.ts";
import { parseTimeValue } from "./time_value.ts";

Deno.test("collectEnvironment() lets flags win over files, and copies from the host", () => {
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, "A=file\nB=file\nHOSTED\n");
    const host = { HOSTED: "h", C: "c" };
    assert.deepEqual(collectEnvironment(["A=flag", "C", "MISSING", "E="], [file], host), [
      "A=flag",
      "B=file",
      "HOSTED=h",
      "C=c",
      "E=",
    ]);
  } finally {
    Deno.removeSync(file);
  }
  assert.throws(() => collectEnvironment(["=x"], [], {}), UsageError);
  assert.throws(() => collectEnvironment([], ["/nonexistent"], {}), /no such file/);
});

Deno.test("labels and sysctls are key=value, from flags and files", () => {
  assert.deepEqual(parseLabel("a=b=c"), ["a", "b=c"]);
  assert.deepEqual(parseLabel("a"), ["a", ""]);
  assert.throws(() => parseLabel("=b"), UsageError);
  assert.deepEqual(parseSysctl("net.core.somaxconn=1"), ["net.core.somaxconn", "1"]);
  assert.throws(() => parseSysctl("somaxconn=1"), UsageError);
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, "# comment\n\na=1\nb\n");
    assert.deepEqual(readLabelFile(file), [["a", "1"], ["b", ""]]);
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("withoutDashes() drops only the one that ends our flags", () => {
  assert.deepEqual(withoutDashes(["--", "ls", "--"]), ["ls", "--"]);
  assert.deepEqual(withoutDashes(["ls", "--"]), ["ls", "--"]);
});

Deno.test("parseWords() takes words or a JSON list", () => {
  assert.deepEqual(parseWords("--cmd", " nginx  -v "), ["nginx", "-v"]);
  assert.deepEqual(parseWords("--cmd", '["a b","c"]'), ["a b", "c"]);
  assert.throws(() => parseWords("--cmd", '["a",1]'), /--cmd/);
  assert.throws(() => parseWords("--cmd", "[a"), UsageError);
});

Deno.test("parseTimeValue() reads every form of docker's", () => {
  const now = Date.UTC(2026, 0, 2, 12);
  const local = (...parts: [number, number, number, number?, number?, number?, number?]) =>
    new Date(...parts).getTime();
  const cases: Record<string, number> = {
    "90s": now - 90_000,
    "1h30m": now - 5_400_000,
    "1767355200": now,
    "1767355200.5": now + 500,
    "2026-01-02T12:00:00Z": now,
    "2026-01-02T13:00:00.25+01:00": now + 250,
    "2026-01-02": local(2026, 0, 2),
    "2026-01-02T07": local(2026, 0, 2, 7),
    "2026-01-02T07:30": local(2026, 0, 2, 7, 30),
    "2026-01-02T07:30:01.5": local(2026, 0, 2, 7, 30, 1, 500),
  };
  for (const [text, expected] of Object.entries(cases)) {
    assert.equal(parseTimeValue(text, now).getTime(), expected, text);
  }
  for (const text of ["", "yesterday", "2026-13-01", "2026-01-02T25:00", "10x"]) {
    assert.throws(() => parseTimeValue(text, now), UsageError, text);
  }
});

Deno.test("reserveCidFile() refuses a file that exists, and leaves none without an ID", () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/cid`;
  try {
    {
      using _reserved = reserveCidFile(path);
      assert.throws(
        () => reserveCidFile(path),
        (error) => error instanceof BudgieError && error.exitCode === 125,
      );
    }
    assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
    {
      using reserved = reserveCidFile(path);
      reserved.write("abc");
    }
    assert.equal(Deno.readTextFileSync(path), "abc");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
