import assert from "node:assert/strict";
import { countReport } from "./junit.ts";

Deno.test("countReport() counts what a real run of deno test reports", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${directory}/sample_test.ts`,
      `Deno.test("a '<failure>' in a name", () => {});
       Deno.test("steps", async (t) => { await t.step("one", () => {}); });
       Deno.test({ name: "left out", ignore: true, fn() {} });
       Deno.test("wrong", () => { throw new Error("<testcase>"); });`,
    );
    const report = `${directory}/report.xml`;
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-config", `--junit-path=${report}`, directory],
      stdout: "null",
      stderr: "null",
    }).output();
    assert.equal(code, 1);
    const { failed, skipped, passed } = countReport(await Deno.readTextFile(report));
    assert.deepEqual({ failed, skipped }, { failed: 1, skipped: 1 });
    assert.ok(passed === 2 || passed === 3, `with or without the step: ${passed}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
