import assert from "node:assert/strict";
import { BudgieError } from "../base/errors.ts";
import { ensureDirectories } from "./data_dir.ts";
import { migrate } from "./migrate.ts";
import { type StorePaths, storePaths } from "./paths.ts";
import { readState, transaction, type VolumeRecord } from "./state.ts";

const volume = (name: string): VolumeRecord => ({
  name,
  createdAt: "2026-01-02T15:04:05Z",
  anonymous: false,
});

function withStore(test: (paths: StorePaths) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await Deno.makeTempDir();
    try {
      const env = new Map([["BUDGIE_DATA_DIR", `${folder}/data`], ["BUDGIE_RUN_DIR", `${folder}/run`]]);
      const paths = storePaths(env);
      ensureDirectories(paths);
      await test(paths);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}

Deno.test(
  "the data directory is for root only",
  withStore((paths) => {
    assert.equal(Deno.statSync(paths.data).mode! & 0o777, 0o700);
  }),
);

Deno.test(
  "a transaction's change is what the next reader sees",
  withStore((paths) => {
    assert.equal(transaction(paths, (state) => (state.volumes.a = volume("a")).name), "a");
    assert.deepEqual(Object.keys(readState(paths).volumes), ["a"]);
    assert.equal(Deno.statSync(paths.state).mode! & 0o777, 0o600);
  }),
);

Deno.test(
  "a transaction that throws changes nothing",
  withStore((paths) => {
    transaction(paths, (state) => void (state.volumes.a = volume("a")));
    const before = Deno.readTextFileSync(paths.state);
    assert.throws(() =>
      transaction(paths, (state) => {
        delete state.volumes.a;
        throw new Error("no");
      }), /no/);
    assert.equal(Deno.readTextFileSync(paths.state), before);
  }),
);

Deno.test(
  "a transaction without a change does not write: flash wears",
  withStore((paths) => {
    transaction(paths, () => {});
    assert.throws(() => Deno.statSync(paths.state), Deno.errors.NotFound);
  }),
);

Deno.test(
  "transactions of many processes at once lose none",
  withStore(async (paths) => {
    const program = `
      import { storePaths } from ${JSON.stringify(import.meta.resolve("./paths.ts"))};
      import { transaction } from ${JSON.stringify(import.meta.resolve("./state.ts"))};
      for (let i = 0; i < 20; i++) {
        const name = Deno.pid + "-" + i;
        transaction(storePaths(), (state) => {
          state.volumes[name] = { name, createdAt: "", anonymous: false };
        });
      }`;
    const children = Array.from({ length: 4 }, () =>
      new Deno.Command(Deno.execPath(), {
        args: ["eval", program],
        env: { BUDGIE_DATA_DIR: paths.data, BUDGIE_RUN_DIR: paths.run },
      }).output());
    for (const { success } of await Promise.all(children)) assert.ok(success);
    assert.equal(Object.keys(readState(paths).volumes).length, 80);
  }),
);

Deno.test(
  "a damaged state is an error and stays as it is",
  withStore((paths) => {
    Deno.writeTextFileSync(paths.state, '{"version":1,');
    assert.throws(() => transaction(paths, () => {}), /Cannot read .*state.json.*damaged/);
    assert.equal(Deno.readTextFileSync(paths.state), '{"version":1,');
  }),
);

Deno.test(
  "JSON that is no state is an error and stays as it is",
  withStore((paths) => {
    for (
      const text of [
        '{"version":1}',
        '{"version":1,"containers":{"x":null},"volumes":{}}',
        '{"version":1,"containers":[],"volumes":{}}',
        '{"version":3,"containers":{},"volumes":{}}',
      ]
    ) {
      Deno.writeTextFileSync(paths.state, text);
      assert.throws(() => readState(paths), /it is not a state of budgie's/, text);
      assert.equal(Deno.readTextFileSync(paths.state), text);
    }
  }),
);

Deno.test("migrate() takes a state through every version up to the newest", () => {
  const migrations = {
    1: (state: Record<string, unknown>) => ({ ...state, two: true }),
    2: (state: Record<string, unknown>) => ({ ...state, three: true }),
  };
  assert.deepEqual(migrate({ version: 1 }, "state.json", migrations, 3), {
    version: 3,
    two: true,
    three: true,
  });
});

Deno.test("migrate() refuses a newer state, one it has no step for, and what is no state", () => {
  assert.throws(() => migrate({ version: 9 }, "state.json"), /version 9, this budgie knows 4/);
  assert.throws(() => migrate({ version: 0 }, "state.json"), /version 0 is not known/);
  for (const other of [null, [], 7, {}, { version: "1" }]) {
    assert.throws(() => migrate(other, "s"), BudgieError);
  }
});

Deno.test("migrate() gives containers of version 1 what they did not know", () => {
  const options = { image: "busybox", healthcheck: { Test: ["NONE"] }, network: "none" };
  const state = migrate({ version: 1, containers: { a: { options } }, volumes: {} }, "state.json");
  assert.deepEqual([state.version, state.networks], [4, {}]);
  assert.deepEqual((state.containers as Record<string, unknown>).a, {
    starts: 0,
    endpoints: [],
    published: [],
    options: {
      image: "busybox",
      dependsOn: [],
      log: { maxSizeBytes: 10 * 1024 ** 2, maxFiles: 3 },
      healthcheck: { probe: { type: "none" }, onUnhealthy: "restart" },
      network: "none",
      networks: [],
      ports: [],
      publishAll: false,
      expose: [],
      dns: [],
      dnsSearch: [],
      dnsOptions: [],
      extraHosts: [],
      allowHost: false,
      secrets: [],
    },
  });
});
