import assert from "node:assert/strict";
import { renderReport } from "./report.ts";

Deno.test("renderReport() divides budgie's median by each of the others", () => {
  const measured = [
    { name: "budgie", medianSeconds: 0.05 },
    { name: "podman", medianSeconds: 0.2 },
    { name: "empty program", medianSeconds: 0.04 },
  ];
  const page = renderReport([{ what: "`ps`", aim: "1 × podman", measured }], "a machine");
  assert.match(page, /^\| `ps` \| 0\.25 × podman, 1\.25 × empty program \| 1 × podman \|$/m);
});
