import assert from "node:assert/strict";
import { ratios, renderTable, replaceSection } from "./report.ts";

Deno.test("ratios() divides budgie's median by each of the others", () => {
  const measured = [
    { name: "budgie", medianSeconds: 0.05 },
    { name: "podman", medianSeconds: 0.2 },
    { name: "empty program", medianSeconds: 0.04 },
  ];
  assert.equal(ratios(measured), "0.25 × podman, 1.25 × empty program");
});

Deno.test("renderTable() has a line for each row", () => {
  const table = renderTable([{ what: "`ps`", budgie: "0.25 × podman", aim: "1 × podman" }], "a machine");
  assert.match(table, /^This run: a machine\.$/m);
  assert.match(table, /^\| `ps` \| 0\.25 × podman \| 1 × podman \|$/m);
});

Deno.test("replaceSection() leaves the rest of the page as it is", () => {
  const section = (name: string, body: string) =>
    `<!-- bench:${name} -->\n\n${body}\n\n<!-- end of bench:${name} -->\n`;
  const page = `# Title\n\n${section("run", "old")}between\n\n${section("logs", "kept")}`;
  const expected = `# Title\n\n${section("run", "new")}between\n\n${section("logs", "kept")}`;
  assert.equal(replaceSection(page, "run", "new"), expected);
});

Deno.test("replaceSection() of a section that the page does not have says so", () => {
  assert.throws(() => replaceSection("# Title\n", "run", "new"), /Cannot write section 'run'/);
});
