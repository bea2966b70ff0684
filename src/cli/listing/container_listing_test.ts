import assert from "node:assert/strict";
import { digestOf } from "../../../oci/digest.ts";
import { BudgieError, NotFoundError } from "../../base/errors.ts";
import type { ContainerView } from "../../engine/view.ts";
import type { ContainerOptions } from "../../store/container.ts";
import { containerFilter } from "./container_filter.ts";
import { containerRow, statusText } from "./container_row.ts";
import { NOW, sampleView } from "../testing/sample.ts";

const ROW_OPTIONS = { now: NOW, truncate: true, size: () => "0B", networkNames: () => ["front", "back"] };

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
  assert.equal(row.Networks, "front,back");
});

Deno.test("a row of ps counts volumes without a name, and names what is mounted", () => {
  const mounts = [mount("data", "/data"), mount("", "/cache")];
  const view = sampleView({}, { anonymousVolumes: ["f".repeat(64)] }, { mounts });
  const row = containerRow(view, ROW_OPTIONS);
  assert.equal(row.LocalVolumes, "2");
  assert.equal(row.Mounts, `data,${"f".repeat(14)}…`);
  const context = { find: () => view, layersOf: () => undefined, networksOf: () => [] };
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
    [
      { status: "exited", exitCode: 137, oomKilled: true, finishedAt: "2026-01-02T10:00:00Z" },
      "Exited (137) 2 hours ago (out of memory)",
    ],
    [{ status: "removing" }, "Removal In Progress"],
    [{ status: "dead" }, "Dead"],
  ];
  for (const [view, text] of cases) assert.equal(statusText(sampleView(view), ROW_OPTIONS), text);
});

const CHECK: Partial<ContainerOptions> = {
  healthcheck: { probe: { type: "tcp", port: 80 }, onUnhealthy: "none" },
};

Deno.test("statusText() and HealthStatus show the health of a container that has a check", () => {
  const cases: [ContainerView["health"], string, string][] = [
    [{ status: "healthy", failingStreak: 0, log: [] }, "Up 3 minutes (healthy)", "healthy"],
    [{ status: "unhealthy", failingStreak: 3, log: [] }, "Up 3 minutes (unhealthy)", "unhealthy"],
    [{ status: "starting", failingStreak: 0, log: [] }, "Up 3 minutes (health: starting)", "starting"],
    [undefined, "Up 3 minutes (health: starting)", "starting"],
  ];
  for (const [health, status, word] of cases) {
    const row = containerRow(sampleView({ health }, {}, CHECK), ROW_OPTIONS);
    assert.deepEqual([row.Status, row.HealthStatus], [status, word]);
  }
  assert.equal(containerRow(sampleView(), ROW_OPTIONS).HealthStatus, "");
  const ended = sampleView({ status: "exited", finishedAt: "2026-01-02T11:00:00Z" }, {}, CHECK);
  assert.equal(statusText(ended, ROW_OPTIONS), "Exited (0) About an hour ago");
});

Deno.test("statusText() of a container that waits to be started again says since when, and why", () => {
  const waiting = { since: "2026-01-02T11:59:55Z", exitCode: 1 };
  const text = (reason?: string, truncate = true) =>
    statusText(sampleView({ status: "restarting", waiting: { ...waiting, reason } }), { now: NOW, truncate });
  assert.equal(text(), "Restarting (1) 5 seconds ago");
  assert.equal(text("there is no\n\x1b[2Jport"), "Restarting (1) 5 seconds ago: there is no \ufffd[2Jport");
  assert.equal(text("x".repeat(70)), `Restarting (1) 5 seconds ago: ${"x".repeat(59)}…`);
  assert.equal(text("x".repeat(70), false), `Restarting (1) 5 seconds ago: ${"x".repeat(70)}`);
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
    networksOf: ({ options }) => [{ id: "", name: options.network }],
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

Deno.test("the health filter knows what is shown", () => {
  const health = { status: "healthy" as const, failingStreak: 0, log: [] };
  const views = [sampleView(), sampleView({ health }, {}, CHECK), sampleView({}, {}, CHECK)];
  const fitting = (...filters: string[]) => {
    const fits = containerFilter(filters, {
      find: () => views[0],
      layersOf: () => undefined,
      networksOf: () => [],
    });
    return views.flatMap((view, index) => fits(view) ? [index] : []);
  };
  assert.deepEqual(fitting("health=none"), [0]);
  assert.deepEqual(fitting("health=healthy"), [1]);
  assert.deepEqual(fitting("health=starting"), [2]);
  assert.deepEqual(fitting("health=unhealthy"), []);
  assert.deepEqual(fitting("health=healthy", "health=starting"), [1, 2]);
});

Deno.test("the filters about networks know names, IDs, and ports on either side", () => {
  const published = [{ containerPort: 80, protocol: "tcp", hostPort: 8080, reach: "lan" }] as const;
  const options = { network: "networks", expose: ["90/udp"] } as const;
  const view = sampleView({}, { published: [...published] }, { ...options, expose: [...options.expose] });
  view.record.image.config = { ExposedPorts: { "80/tcp": {} } };
  const fits = (filter: string, seen = view) =>
    containerFilter([filter], {
      find: () => view,
      layersOf: () => undefined,
      networksOf: () => [{ id: "ab".repeat(32), name: "front" }, { id: "cd".repeat(32), name: "back" }],
    })(seen);
  const good = ["network=back", `network=${"cd".repeat(32)}`, `network=${"ab".repeat(6)}`, "publish=8080"];
  for (const filter of [...good, "publish=8000-8080/tcp", "expose=80", "expose=90/udp", "expose=70-80"]) {
    assert.ok(fits(filter), filter);
  }
  const bad = ["network=fro", "network=abab", "publish=80", "publish=8080/udp", "expose=8080", "expose=90"];
  for (const filter of bad) assert.ok(!fits(filter), filter);
  assert.ok(!fits("publish=8080", { ...view, status: "exited" }));
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
  assert.throws(
    () => names("publish=http"),
    /Cannot filter by 'publish=http': expected ports from 1 to 65535/,
  );
  assert.throws(
    () => names("expose=80/icmp"),
    /Cannot filter by 'expose=80\/icmp': expected one of tcp, udp, sctp/,
  );
});
