/** Making containers and starting them later, and again. */
import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`create prints the ID and runs nothing, start runs it, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    const id = await host.ok(["create", "--name", "web", "busybox", "sleep", "1000"]);
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}} {{.Status}}"]), "web Created");
    assert.equal(await host.daemon(), undefined);

    assert.equal(await host.ok(["start", id.slice(0, 12)]), id.slice(0, 12));
    assert.match(await host.ok(["ps", "--format", "{{.Status}}"]), /^Up/);
    const run = ["inspect", "--format", "{{.State.Pid}} {{.State.StartedAt}}", "web"];
    const before = await host.ok(run);
    assert.equal(await host.ok(["start", "web"]), "web"); // of one that runs
    assert.equal(await host.ok(run), before);
  });

  Deno.test(`start -a shows the output and ends with the exit code, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    await host.ok(["create", "--name", "job", "busybox", "sh", "-c", "echo out; echo err >&2; exit 3"]);
    const first = await host.budgie(["start", "-a", "job"]);
    assert.deepEqual(first, { code: 3, stdout: "out\n", stderr: "err\n" });
    assert.deepEqual(await host.budgie(["start", "--attach", "job"]), first); // and again
    assert.equal(await host.ok(["logs", "--stdout", "job"]), "out\nout");
  });

  Deno.test(`start -ai gives the container our input, to its end, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    await host.ok(["create", "-i", "--name", "count", "busybox", "wc", "-l"]);
    const result = await host.budgie(["start", "-ai", "count"], { stdin: "one\ntwo\n" });
    assert.deepEqual(result, { code: 0, stdout: "2\n", stderr: "" });
  });
}

Deno.test("start -a without -i leaves the input alone", async () => {
  await using host = await openHost();
  await host.ok(["create", "--name", "job", "busybox", "sh", "-c", 'read line; echo "[$line]"']);
  assert.equal(await host.ok(["start", "-a", "job"], { stdin: "not for it\n" }), "[]");
});

Deno.test("start of several with one missing starts the others and exits with 1", async () => {
  await using host = await openHost();
  for (const name of ["one", "two"]) await host.ok(["create", "--name", name, "busybox", "sleep", "1000"]);
  const result = await host.budgie(["start", "one", "no-such", "two"]);
  assert.equal(result.code, 1, show(result));
  assert.equal(result.stdout, "one\ntwo\n");
  assert.equal(result.stderr, "Error: No such container: no-such\n");
  assert.equal((await host.ok(["ps", "-q"])).split("\n").length, 2);
});

Deno.test("create refuses a name that is taken; --replace takes it, from a running one too", async () => {
  await using host = await openHost();
  const first = await host.ok(["run", "-d", "--name", "web", "busybox", "sleep", "1000"]);
  const taken = await host.budgie(["create", "--name", "web", "busybox"]);
  assert.equal(taken.code, 125, show(taken));
  assert.equal(taken.stdout, "");
  assert.match(taken.stderr, new RegExp(`^Error: Cannot take the name 'web': .*${first.slice(0, 12)}`));
  const second = await host.ok(["create", "--replace", "--name", "web", "busybox", "true"]);
  assert.equal(
    await host.ok(["ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Status}}"]),
    `${second} Created`,
  );
});

Deno.test("create FILE.bun makes what the file says, and start of the file starts it", async () => {
  await using host = await openHost();
  const text =
    "version: '1.0'\nname: web\nimage: {docker_image: busybox, command: sleep 1000}\nlabels: {tier: front}\n";
  const file = await host.write("web.bun", text);
  const id = await host.ok(["create", file]);
  assert.equal(
    await host.ok(["inspect", "--format", "{{.State.Status}} {{.Config.Labels.tier}}", id]),
    "created front",
  );
  assert.equal(await host.ok(["start", file]), "web");
  assert.match(await host.ok(["ps", "--format", "{{.Names}} {{.Status}}"]), /^web Up/);
});

Deno.test("start works though the image lost its name meanwhile", async () => {
  await using host = await openHost();
  await host.ok(["tag", "busybox", "mine"]);
  await host.ok(["create", "--name", "job", "mine", "echo", "still here"]);
  await host.ok(["rmi", "mine"]);
  assert.equal(await host.ok(["start", "-a", "job"]), "still here");
});

Deno.test("a start that fails says why, is shown with its reason, and works once that is gone", async () => {
  await using host = await openHost();
  const source = `${host.directory}/source`;
  const mount = `type=bind,source=${source},target=/source`;
  await Deno.mkdir(source);
  await host.ok(["create", "--name", "web", "--mount", mount, "busybox", "sleep", "1000"]);
  await Deno.remove(source);

  const failed = await host.budgie(["start", "web"]);
  assert.equal(failed.code, 1, show(failed)); // docker's: only run and start -a have the container's codes
  assert.equal(failed.stdout, "");
  assert.match(failed.stderr, new RegExp(`^Error: .*${source}`));
  const attached = await host.budgie(["start", "-a", "web"]);
  assert.equal(attached.code, 125, show(attached));
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Status}}"]), "Created");
  const state = await host.ok(["inspect", "--format", "{{.State.ExitCode}} {{.State.Error}}", "web"]);
  assert.match(state, new RegExp(`^125 .*${source}`));

  await Deno.mkdir(source);
  await host.ok(["start", "web"]);
  assert.equal(
    await host.ok(["inspect", "--format", "{{.State.Status}} {{.State.ExitCode}} [{{.State.Error}}]", "web"]),
    "running 0 []",
  );
});

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`start of a command that is not there gives 127 with -a, and says so, with ${runtime}`, async () => {
    await using host = await openHost({ runtime });
    await host.ok(["create", "--name", "web", "busybox", "no-such-program"]);
    const result = await host.budgie(["start", "-a", "web"]);
    assert.equal(result.code, 127, show(result));
    assert.match(result.stderr, /^Error: Cannot start 'web': .*no-such-program/);
    const state = await host.ok(["inspect", "--format", "{{.State.ExitCode}} {{.State.Error}}", "web"]);
    assert.match(state, /^127 .*no-such-program/);
  });
}

Deno.test("start begins to count the restarts anew", async () => {
  await using host = await openHost();
  const limited = ["--restart", "on-failure:1", "busybox", "false"];
  await host.ok(["run", "-d", "--name", "web", ...limited]);
  const starts = async () => {
    const events = await host.ok([
      "events",
      "--until",
      "0s",
      "--filter",
      "event=start",
      "--format",
      "{{.Action}}",
    ]);
    return events.split("\n").filter(Boolean).length;
  };
  const hasGivenUp = async () => {
    const state = await host.ok(["inspect", "--format", "{{.State.Status}} {{.RestartCount}}", "web"]);
    return state === "exited 1";
  };
  await eventually("it has given up", hasGivenUp);
  assert.equal(await starts(), 2);
  await host.ok(["start", "web"]);
  await eventually("it has been tried twice again", async () => await starts() === 4);
  await eventually("it has given up again", hasGivenUp);
});
