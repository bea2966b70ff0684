import assert from "node:assert/strict";
import { storePaths } from "../store/paths.ts";
import { transaction } from "../store/state.ts";
import { StateView } from "./state_view.ts";

Deno.test("the state is read again when it has changed, and one that can't be read is said once", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const paths = storePaths(new Map([["BUDGIE_DATA_DIR", folder], ["BUDGIE_RUN_DIR", `${folder}/run`]]));
    Deno.mkdirSync(paths.locks);
    const logged: string[] = [];
    const view = new StateView(paths, (line) => logged.push(line));
    assert.deepEqual(view.current.networks, {});

    const network = { id: "a", name: "front" } as never;
    transaction(paths, (state) => void (state.networks.a = network));
    const { current } = view;
    assert.deepEqual(Object.keys(current.networks), ["a"]);
    assert.equal(view.current, current);

    Deno.writeTextFileSync(paths.state, "{");
    assert.equal(view.current, current); // the last good one
    assert.equal(view.current, current);
    assert.equal(logged.length, 1);
    assert.match(logged[0], /it is damaged/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
