/** Following the logs of containers that are only files here: no process, but everything that tells of one. */
import assert from "node:assert/strict";
import { ensureDirectories } from "../../store/data_dir.ts";
import { NO_OPTIONS } from "../../bundle/testing/no_options.ts";
import { digestOf } from "../../../oci/digest.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { lockNow } from "../../store/lock.ts";
import { storePaths } from "../../store/paths.ts";
import { transaction } from "../../store/state.ts";
import { removeSupervision, writeSupervision } from "../../store/supervision.ts";
import { containerFiles } from "../container_files.ts";
import type { Engine } from "../engine.ts";
import { LogFile } from "./log_file.ts";
import { type LogOptions, readLogs } from "./logs.ts";

const TIME = "2026-01-02T03:04:05.000000000Z";
const LOG = { maxSizeBytes: 64 * 1024, maxFiles: 3 };

function openStore() {
  const data = Deno.makeTempDirSync();
  const paths = storePaths(new Map([["BUDGIE_DATA_DIR", data], ["BUDGIE_RUN_DIR", `${data}/run`]]));
  ensureDirectories(paths);
  const engine: Engine = { paths, runtime: "runc" };
  return {
    engine,
    add(name: string, restart: "always" | "no"): ContainerRecord {
      const record: ContainerRecord = {
        id: name.padEnd(64, "0"),
        name,
        createdAt: "2026-01-02T03:04:05Z",
        imageId: digestOf("config"),
        imageReference: "busybox",
        image: { architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [] } },
        options: { ...NO_OPTIONS, log: LOG, restartPolicy: { name: restart, maximumRetryCount: 0 } },
        runtime: "/usr/bin/runc",
        anonymousVolumes: [],
        endpoints: [],
        published: [],
        desired: "running",
        starts: 1,
      };
      Deno.mkdirSync(containerFiles(paths, record.id).directory);
      transaction(paths, (state) => void (state.containers[record.id] = record));
      return record;
    },
    /** What one run of the container writes. */
    write({ id }: ContainerRecord, ...lines: string[]) {
      using log = new LogFile(containerFiles(paths, id).log, LOG);
      for (const line of lines) log.append(new TextEncoder().encode(`${TIME} stdout F ${line}\n`));
    },
    stop: ({ id }: ContainerRecord) =>
      transaction(paths, (state) => void (state.containers[id].desired = "stopped")),
    remove({ id }: ContainerRecord) {
      transaction(paths, (state) => void delete state.containers[id]);
      Deno.removeSync(containerFiles(paths, id).directory, { recursive: true });
    },
    [Symbol.dispose]: () => Deno.removeSync(data, { recursive: true }),
  };
}

/** Follows; what it got is in `lines`. */
function follow(engine: Engine, records: ContainerRecord[], options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  let over = false;
  const ended = readLogs(engine, records, { follow: true, ...options }, {
    write: ({ name }, { text }) => void lines.push(`${name} ${new TextDecoder().decode(text)}`),
    flush() {},
    ended: ({ name }) => void lines.push(`${name} ended`),
    missed: ({ name }) => void lines.push(`${name} missed`),
  }).finally(() => over = true);
  return { lines, ended, isOver: () => over };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(fact: () => boolean): Promise<void> {
  for (let tries = 0; !fact(); tries++) {
    assert.ok(tries < 500, "not within 5 s");
    await pause(10);
  }
}

Deno.test("following goes on over restarts and rotations, until the container is stopped", async () => {
  using store = openStore();
  const web = store.add("web", "always");
  const expected: string[] = [];
  const following = follow(store.engine, [web]);
  for (let start = 0; start < 4; start++) {
    const lines = Array.from({ length: 500 }, (_, number) => `${start} ${number} ${"x".repeat(100)}`);
    store.write(web, ...lines);
    expected.push(...lines.map((line) => `web ${line}`));
    await until(() => following.lines.length === expected.length);
  }
  assert.equal(following.isOver(), false);
  store.stop(web);
  await following.ended;
  assert.deepEqual(following.lines, [...expected, "web ended"]);
});

Deno.test("following waits for a container that waits, or that somebody is starting", async () => {
  using store = openStore();
  const [waiting, changing] = [store.add("waiting", "no"), store.add("changing", "no")];
  const { paths } = store.engine;
  writeSupervision(paths, waiting.id, {
    restartCount: 1,
    starts: 1,
    waiting: { since: "2026-01-02T03:04:05Z", exitCode: 1 },
  });
  const lock = lockNow(containerFiles(paths, changing.id).changeLock);
  const following = follow(store.engine, [waiting, changing]);
  await pause(1200);
  assert.deepEqual(following.lines, []);
  removeSupervision(paths, waiting.id);
  await until(() => following.lines.length > 0);
  store.write(changing, "started");
  await until(() => following.lines.length > 1);
  lock[Symbol.dispose]();
  await following.ended;
  assert.deepEqual(following.lines, ["waiting ended", "changing started", "changing ended"]);
});

Deno.test("following ends with a container that is removed, after what it wrote", async () => {
  using store = openStore();
  const web = store.add("web", "always");
  store.write(web, "one");
  const following = follow(store.engine, [web]);
  await until(() => following.lines.length === 1);
  store.write(web, "two");
  store.remove(web);
  await following.ended;
  assert.deepEqual(following.lines, ["web one", "web two", "web ended"]);
});

Deno.test("following ends when it is aborted, and leaves nothing behind", async () => {
  using store = openStore();
  const web = store.add("web", "always");
  const leaving = new AbortController();
  const following = follow(store.engine, [web], { signal: leaving.signal });
  await pause(50);
  leaving.abort();
  await following.ended;
  assert.deepEqual(following.lines, []);
});

Deno.test("following passes on what its output says, and leaves nothing behind", async () => {
  using store = openStore();
  const web = store.add("web", "always");
  store.write(web, "one");
  const failing = () => {
    throw new Error("closed");
  };
  await assert.rejects(
    readLogs(store.engine, [web], { follow: true }, { write: failing, flush() {}, ended() {}, missed() {} }),
    /closed/,
  );
});
