import assert from "node:assert/strict";
import { NotSupportedError, UsageError } from "../../base/errors.ts";
import { logOption, parseLogDriver, parseLogOpt } from "./log_options.ts";

const ENV = new Map<string, string>();

Deno.test("--log-driver: the drivers that write files are one, others are refused by name", () => {
  for (const name of ["json-file", "local", "k8s-file", "cri"]) assert.equal(parseLogDriver(name), "file");
  assert.equal(parseLogDriver("none"), "none");
  assert.throws(() => parseLogDriver("journald"), NotSupportedError);
  assert.throws(() => parseLogDriver("jsonfile"), /Cannot use --log-driver 'jsonfile'/);
});

Deno.test("--log-opt takes sizes and numbers as docker does", () => {
  assert.deepEqual(parseLogOpt("max-size=64k"), { maxSizeBytes: 64 * 1024 });
  assert.deepEqual(parseLogOpt("max-size=1g"), { maxSizeBytes: 1024 ** 3 });
  assert.deepEqual(parseLogOpt("max-file=100"), { maxFiles: 100 });
});

for (
  const [text, message] of [
    ["max-size=63k", /64k or more/],
    ["max-size=-1", /without a bound would fill the disk/],
    ["max-size=", /it is a size/],
    ["max-size", /it is a size/],
    ["max-file=0", /from 1 to 100/],
    ["max-file=101", /from 1 to 100/],
    ["max-file=1.5", /from 1 to 100/],
    ["compress=true", /Cannot use --log-opt 'compress': there is no such option/],
  ] as const
) {
  Deno.test(`--log-opt ${text} is refused`, () => {
    assert.throws(
      () => parseLogOpt(text),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

Deno.test("logOption() is what the flags say over what the environment says", () => {
  assert.deepEqual(logOption({ logOpt: [] }, ENV), { maxSizeBytes: 10 * 1024 ** 2, maxFiles: 3 });
  const env = new Map([["BUDGIE_LOG_MAX_SIZE", "1m"], ["BUDGIE_LOG_MAX_FILES", "5"]]);
  assert.deepEqual(logOption({ logOpt: [] }, env), { maxSizeBytes: 1024 ** 2, maxFiles: 5 });
  assert.deepEqual(
    logOption({ logDriver: "file", logOpt: [{ maxFiles: 2 }, { maxFiles: 4 }] }, env),
    { maxSizeBytes: 1024 ** 2, maxFiles: 4 },
  );
  assert.equal(logOption({ logDriver: "none", logOpt: [] }, ENV).maxFiles, 0);
  assert.throws(() => logOption({ logDriver: "none", logOpt: [{ maxFiles: 2 }] }, ENV), /nothing is kept/);
});

for (const [name, value] of [["BUDGIE_LOG_MAX_SIZE", "1k"], ["BUDGIE_LOG_MAX_FILES", "many"]]) {
  Deno.test(`logOption() names ${name} when it makes no sense`, () => {
    assert.throws(
      () => logOption({ logOpt: [] }, new Map([[name, value]])),
      (error) => error instanceof UsageError && error.message.includes(`${name}=${value}`),
    );
  });
}
