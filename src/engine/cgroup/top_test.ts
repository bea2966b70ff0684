import assert from "node:assert/strict";
import { processesOf } from "./top.ts";

const PS = `UID          PID    PPID CMD
root           1       0 /sbin/init
root          42       1 sh -c 'a  b'
root          43      42 sleep 1000
`;

Deno.test("processesOf() keeps the container's lines, and the last column whole", () => {
  assert.deepEqual(processesOf(new Set([42, 43]), PS), {
    titles: ["UID", "PID", "PPID", "CMD"],
    rows: [["root", "42", "1", "sh -c 'a b'"], ["root", "43", "42", "sleep 1000"]],
  });
});

Deno.test("processesOf() keeps the threads below a process", () => {
  const text = "PID LWP CMD\n1 - init\n- 1 -\n42 - web\n- 42 -\n- 44 -\n";
  assert.deepEqual(processesOf(new Set([42]), text).rows, [["42", "-", "web"], ["-", "42", "-"], [
    "-",
    "44",
    "-",
  ]]);
});

Deno.test("processesOf() without a column PID says so", () => {
  assert.throws(() => processesOf(new Set([1]), "CMD\ninit\n"), /no column PID/);
  assert.throws(() => processesOf(new Set([1]), ""), /no column PID/);
});
