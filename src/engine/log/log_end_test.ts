import assert from "node:assert/strict";
import type { RestartPolicy } from "../../store/container.ts";
import { goesOn } from "./log_end.ts";
import type { ContainerView } from "../view.ts";

function view(
  status: ContainerView["status"],
  policy: RestartPolicy["name"] = "no",
  more: Partial<ContainerView> & { desired?: "running" | "stopped" } = {},
): ContainerView {
  const { desired = "running", ...rest } = more;
  const options = { restartPolicy: { name: policy, maximumRetryCount: policy === "on-failure" ? 3 : 0 } };
  // deno-lint-ignore no-explicit-any
  const record = { desired, options } as any;
  return { record, status, pid: 0, exitCode: 0, oomKilled: false, restartCount: 0, ...rest };
}

Deno.test("a log goes on while its container runs, is paused or waits to be started again", () => {
  assert.ok(goesOn(view("running")));
  assert.ok(goesOn(view("paused", "no", { desired: "stopped" })));
  assert.ok(goesOn(view("restarting", "no", { waiting: { since: "2026-01-02T03:04:05Z", exitCode: 1 } })));
});

Deno.test("a log goes on after an end that the restart policy does not leave at that", () => {
  assert.ok(goesOn(view("exited", "always")));
  assert.ok(goesOn(view("exited", "on-failure", { exitCode: 1, restartCount: 2 })));
});

Deno.test("a log ends with a container that is left as it is", () => {
  assert.equal(goesOn(view("exited")), false);
  assert.equal(goesOn(view("created", "always", { desired: "stopped" })), false);
  assert.equal(goesOn(view("exited", "always", { desired: "stopped", exitCode: 137 })), false);
  assert.equal(goesOn(view("exited", "on-failure")), false);
  assert.equal(goesOn(view("exited", "on-failure", { exitCode: 1, restartCount: 3 })), false);
});
