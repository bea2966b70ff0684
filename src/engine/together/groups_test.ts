import assert from "node:assert/strict";
import { BudgieError } from "../../base/errors.ts";
import { NO_OPTIONS } from "../../bundle/testing/no_options.ts";
import type { ContainerOptions, ContainerRecord } from "../../store/container.ts";
import { ensureDirectories } from "../../store/data_dir.ts";
import { storePaths } from "../../store/paths.ts";
import { transaction } from "../../store/state.ts";
import { amongGroups, formerMembers } from "./groups.ts";
import type { Described } from "./run_together.ts";

const inGroup = (group: string): Partial<ContainerOptions> => ({ balance: { group, method: "source" } });

/** A host with these containers. */
function openHost(containers: Record<string, Partial<ContainerOptions>>) {
  const folder = Deno.makeTempDirSync();
  const env: Record<string, string> = { BUDGIE_DATA_DIR: `${folder}/d`, BUDGIE_RUN_DIR: `${folder}/r` };
  const paths = storePaths({ get: (name) => env[name] });
  ensureDirectories(paths);
  transaction(paths, (state) => {
    for (const [name, options] of Object.entries(containers)) {
      state.containers[name] = { id: name, name, options: { ...NO_OPTIONS, ...options } } as ContainerRecord;
    }
  });
  return {
    engine: { paths, runtime: "auto" },
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

function described(name: string, options: Partial<ContainerOptions> = {}): Described {
  const all = { ...NO_OPTIONS, name, ...options };
  return { name, dependsOn: all.dependsOn, options: all };
}

const on = (name: string) => ({ name, condition: "started" as const, restart: false });

Deno.test("amongGroups() makes a dependency on a group of the host one on each of its containers", () => {
  using host = openHost({ "web-2": inGroup("web"), "web-1": inGroup("web"), db: {} });
  const [proxy] = amongGroups(host.engine, [described("proxy", { dependsOn: [on("web"), on("db")] })]);
  const names = ["web-1", "web-2", "db"];
  assert.deepEqual(proxy.dependsOn.map(({ name }) => name), names);
  assert.deepEqual(proxy.options.dependsOn.map(({ name }) => name), names);
});

Deno.test("amongGroups() leaves a dependency on a container of the plan alone, whatever the host has", () => {
  using host = openHost({ "web-1": inGroup("web") });
  const [proxy] = amongGroups(host.engine, [
    described("proxy", { dependsOn: [on("web")] }),
    described("web"),
  ]);
  assert.deepEqual(proxy.dependsOn, [on("web")]);
});

Deno.test("amongGroups() refuses to make a group again, and names what is there", () => {
  using host = openHost({ "web-1": inGroup("web"), "web-2": inGroup("web") });
  assert.throws(() => amongGroups(host.engine, [described("web-3", inGroup("web"))]), (error) => {
    assert.ok(error instanceof BudgieError);
    assert.equal(error.exitCode, 125);
    assert.equal(error.message, "Cannot make the containers of 'web': there are web-1, web-2 already");
    assert.match(error.hint!, /--replace.*budgie rm -f web-1 web-2/);
    return true;
  });
});

Deno.test("formerMembers() are all of a group, also those that are not to come back", () => {
  using host = openHost({ "web-1": inGroup("web"), "web-5": inGroup("web"), "db-1": inGroup("db"), web: {} });
  assert.deepEqual(formerMembers(host.engine, [described("web-1", inGroup("web"))]), ["web-1", "web-5"]);
  assert.deepEqual(formerMembers(host.engine, [described("web")]), []);
});
