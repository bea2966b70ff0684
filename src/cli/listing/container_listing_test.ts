import assert from "node:assert/strict";
import { digestOf } from "../../../oci/digest.ts";
import { BudgieError, NotFoundError, NotSupportedError } from "../../base/errors.ts";
import type { ContainerView } from "../../engine/view.ts";
import { containerFilter } from "./container_filter.ts";
import { containerRow, statusText } from "./container_row.ts";
import { NOW, sampleView } from "../testing/sample.ts";

const ROW_OPTIONS = { now: NOW, truncate: true, size: () => "0B" };

Deno.test("a row of ps has docker's words, shortened", () => {
  const row = containerRow(sampleView({}, {}, { labels: { tier: "own" } }), ROW_OPTIONS);
  assert.equal(row.ID, "0123456789ab");
  assert.equal(row.Image, "bb");
  assert.equal(row.Command, `"sh -c 'while true; …"`);
  assert.equal(row.RunningFor, "4 minutes ago");
  assert.equal(row.Status, "Up 3 minutes");
  assert.equal(row.State, "running");
  assert.equal(row.Label("tier"), "own");
  assert.equal(row.Label("none"), "");
  assert.equal(row.Label("constructor"), "");
  assert.equal(row.Labels, "tier=own,from=image");
});

Deno.test("a row of ps counts volumes without a name, and names what is mounted", () => {
  const mounts = [mount("data", "/data"), mount("", "/cache")];
  const view = sampleView({}, { anonymousVolumes: ["f".repeat(64)] }, { mounts });
  const row = containerRow(view, ROW_OPTIONS);
  assert.equal(row.LocalVolumes, "2");
  assert.equal(row.Mounts, `data,${"f".repeat(14)}…`);
  const context = { find: () => view, layersOf: () => undefined };
  for (const volume of ["data", "/data", "/cache", "f".repeat(64)]) {
    assert.ok(containerFilter([`volume=${volume}`], context)(view), volume);
  }
  assert.ok(!containerFilter(["volume=other"], context)(view));
});

Deno.test("a row of ps --no-trunc is whole", () => {
  const row = containerRow(sampleView({}, { imageReference: digestOf("config") }), {
    ...ROW_OPTIONS,
    truncate: false,
  });
  assert.equal(row.ID.length, 64);
  assert.equal(row.Image, digestOf("config"));
  assert.equal(row.Command, `"sh -c 'while true; do sleep 1; done'"`);
});

Deno.test("the size of a container is only looked at when a format names it", () => {
  let asked = 0;
  const row = containerRow(sampleView(), { ...ROW_OPTIONS, size: () => `${++asked}B` });
  assert.equal(asked, 0);
  assert.equal(row.Size, "1B");
});

Deno.test("statusText() says how a container is, as docker does", () => {
  const cases: [Partial<ContainerView>, string][] = [
    [{ status: "created", startedAt: undefined }, "Created"],
    [{ status: "paused" }, "Up 3 minutes (Paused)"],
    [{ status: "exited", exitCode: 137, finishedAt: "2026-01-02T10:00:00Z" }, "Exited (137) 2 hours ago"],
    [{ status: "removing" }, "Removal In Progress"],
    [{ status: "dead" }, "Dead"],
  ];
  for (const [view, text] of cases) assert.equal(statusText(sampleView(view), NOW), text);
});

const WEB = sampleView({}, {}, { labels: { tier: "front" }, mounts: [mount("data", "/data")] });
const DB = sampleView(
  { status: "exited", exitCode: 3, pid: 0 },
  {
    id: "ffff".padEnd(64, "0"),
    name: "db",
    createdAt: "2026-01-02T11:00:00Z",
    imageId: digestOf("other"),
    imageReference: "docker.io/library/pg:16",
    image: {
      architecture: "amd64",
      os: "linux",
      rootfs: { type: "layers", diff_ids: [digestOf("base"), digestOf("pg")] },
    },
  },
  { network: "host" },
);

function mount(source: string, target: string) {
  return { type: "volume" as const, source, target, readOnly: false };
}

function names(...filters: string[]): string[] {
  const fits = containerFilter(filters, {
    find: (name) => {
      const found = [WEB, DB].find(({ record }) => record.name === name);
      if (!found) throw new NotFoundError("container", name);
      return found;
    },
    layersOf: (image) => image === "base" ? [digestOf("base")] : undefined,
  });
  return [WEB, DB].filter(fits).map(({ record }) => record.name);
}

Deno.test("each filter of ps chooses by its own rule", () => {
  assert.deepEqual(names("id=ffff"), ["db"]);
  assert.deepEqual(names("name=we"), ["web"]);
  assert.deepEqual(names("name=^/db$"), ["db"]);
  assert.deepEqual(names("label=tier"), ["web"]);
  assert.deepEqual(names("label=tier=back"), []);
  assert.deepEqual(names("exited=3"), ["db"]);
  assert.deepEqual(names("status=running"), ["web"]);
  assert.deepEqual(names("before=web"), ["db"]);
  assert.deepEqual(names("since=db"), ["web"]);
  assert.deepEqual(names("volume=data"), ["web"]);
  assert.deepEqual(names("volume=/data"), ["web"]);
  assert.deepEqual(names("network=host"), ["db"]);
  assert.deepEqual(names("health=none"), ["web", "db"]);
  assert.deepEqual(names("health=healthy"), []);
});

Deno.test("the ancestor filter knows names, IDs and parents", () => {
  assert.deepEqual(names("ancestor=bb"), ["web"]);
  assert.deepEqual(names("ancestor=pg:16"), ["db"]);
  assert.deepEqual(names("ancestor=pg"), []);
  assert.deepEqual(names(`ancestor=${digestOf("other").slice(7, 19)}`), ["db"]);
  assert.deepEqual(names("ancestor=base"), ["web", "db"]);
});

Deno.test("values of one key are alternatives, keys and labels must all fit", () => {
  assert.deepEqual(names("name=web", "name=db"), ["web", "db"]);
  assert.deepEqual(names("name=web", "status=exited"), []);
  assert.deepEqual(names("label=tier=front", "label=from=image"), ["web"]);
  assert.deepEqual(names("label=tier=front", "label=from=x"), []);
});

Deno.test("filters that make no sense are refused", () => {
  assert.throws(() => names("bogus=1"), /no filter 'bogus'/);
  assert.throws(
    () => names("stauts=running"),
    (error) => error instanceof BudgieError && /status/.test(error.hint!),
  );
  assert.throws(() => names("status=asleep"), /one of created/);
  assert.throws(() => names("exited=x"), /exit code/);
  assert.throws(() => names("name=("), /regular expression/);
  assert.throws(() => names("name"), /not key=value/);
  assert.throws(() => names("before=none"), NotFoundError);
  assert.throws(() => names("publish=80"), NotSupportedError);
});
