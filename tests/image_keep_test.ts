/** The keep policy of images: what the daemon removes by itself, and what it never does. */
import assert from "node:assert/strict";
import { openDisk } from "./fixture/disk.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { run, show } from "./fixture/process.ts";
import { randomNumbers } from "./fixture/random.ts";
import { tar } from "./fixture/tar.ts";
import { eventually } from "./fixture/wait.ts";

const HOUR_MS = 3_600_000;

async function names(host: Host): Promise<string> {
  const lines = (await host.ok(["images", "--format", "{{.Repository}}"])).split("\n");
  return [...new Set(lines)].sort().join(" ");
}

/** As if its last use were so long ago. */
async function age(host: Host, image: string, hours: number): Promise<void> {
  const id = await host.ok(["images", "-q", "--no-trunc", image]);
  const then = new Date(Date.now() - hours * HOUR_MS);
  await Deno.utime(`${host.data}/images/blobs/${id.replace(":", "/")}`, then, then);
}

/** An image that takes twice so many bytes on the disk: its layer packed, and unpacked. */
async function importRandom(host: Host, name: string, bytes: number): Promise<void> {
  const random = randomNumbers(name.charCodeAt(0));
  const words = Float64Array.from({ length: bytes / 8 }, random);
  const archive = tar([{ name: "content", content: new Uint8Array(words.buffer) }]);
  await host.ok(["import", "-", name], { stdin: archive });
}

Deno.test("images.keep: what no container has used for so long goes, with a line and an event", async () => {
  await using host = await openHost({ images: ["busybox", "layered", "configured"] });
  await host.ok(["create", "--name", "stopped", "layered", "true"]);
  for (const image of ["busybox", "layered", "configured"]) await age(host, image, 200);
  await host.ok(["run", "--rm", "busybox", "true"]); // was used just now

  const file = await host.write("budgie.yaml", "images:\n  keep: 168h\n");
  const daemon = host.spawn(["--config", file, "daemon"]);
  try {
    await eventually("configured is removed", async () => await names(host) === "busybox layered");
    await age(host, "busybox", 200);
    await host.ok(["pull", "-q", "configured"]); // the daemon looks after every pull
    await eventually("busybox is removed", async () => await names(host) === "configured layered");
  } finally {
    daemon.kill("SIGTERM");
  }
  const log = new TextDecoder().decode((await daemon.output()).stderr);
  assert.match(log, /^\S+ image configured:latest [0-9a-f]{12} removed: unused since 20\S+Z$/m);
  const events = await host.ok([
    ...[
      "events",
      "--since",
      "1h",
      "--until",
      "0s",
      "--filter",
      "event=untag",
      "--format",
      "{{.Actor.Attributes.name}}",
    ],
  ]);
  assert.deepEqual(events.split("\n").filter((name) => name.endsWith(":latest")), [
    "configured:latest",
    "busybox:latest",
  ]);
  await host.ok(["start", "-a", "stopped"]);
});

Deno.test("images.high_water: the disk is brought below it, and a kill in the middle leaves a sound store", async () => {
  await using disk = await openDisk();
  await using host = await openHost({ env: { BUDGIE_DATA_DIR: `${disk.path}/data` } });
  for (const name of ["a", "b", "c"]) await importRandom(host, name, 2 ** 23);
  await host.ok(["create", "--name", "stopped", "a", "true"]);
  for (const [index, name] of ["a", "b", "c", "busybox"].entries()) await age(host, name, 10 - index);

  // 25 per cent of its 200 MiB are in use: 8 for each of them, and busybox.
  const daemon = host.spawn(["--set", "images.high_water=24", "daemon"]);
  await eventually("the oldest image without a container has gone", async () => {
    const index = await Deno.readTextFile(`${host.data}/images/index.json`);
    return !index.includes("/b:latest");
  });
  daemon.kill("SIGKILL");
  await daemon.output();
  assert.equal(await names(host), "a busybox c");
  assert.equal(await host.ok(["run", "--rm", "busybox", "echo", "sound"]), "sound");
  await host.ok(["image", "prune", "-f"]);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.data}/tmp`)), []);
  assert.equal((await Array.fromAsync(Deno.readDir(`${host.data}/layers`))).length, 2 * 3);

  const more = { env: { BUDGIE_IMAGES_HIGH_WATER: "15" } };
  assert.match(await host.ok(["image", "prune", "--policy", "-f"], more), /^untagged: c:latest\n/m);
  assert.equal(await names(host), "a busybox");
});

Deno.test("images can be removed when the disk is full to the last byte", async () => {
  await using disk = await openDisk();
  await using host = await openHost({ env: { BUDGIE_DATA_DIR: `${disk.path}/data` } });
  const full = ["a", "b", "c"];
  for (const name of full) await importRandom(host, name, 2 ** 16);
  await host.ok(["create", "--name", "stopped", "a", "true"]);
  for (const name of [...full, "busybox"]) await age(host, name, 2);
  await disk.leave("0");
  await host.ok(["rmi", "b"]);
  await run(["dd", "if=/dev/zero", `of=${disk.path}/more`, "bs=4k"]);
  const refused = await host.budgie(["rmi", "-f", "a"]); // its layers may not make room: a container has them
  assert.equal(refused.code, 1, show(refused));
  assert.match(refused.stderr, /no space is left/);
  const policy = { env: { BUDGIE_IMAGES_HIGH_WATER: "90" } };
  await host.ok(["image", "prune", "-f", "--policy"], policy);
  assert.equal(await names(host), "a");
  await Deno.remove(`${disk.path}/more`);
  await host.ok(["export", "-o", "/dev/null", "stopped"]);
});

Deno.test("image prune --policy needs a policy that makes sense", async () => {
  await using host = await openHost();
  const refused = async (flags: string[], env: Record<string, string>, reason: RegExp, code = 125) => {
    const result = await host.budgie(["image", "prune", "-f", "--policy", ...flags], { env });
    assert.equal(result.code, code, show(result));
    assert.match(result.stderr, reason);
  };
  await refused(
    [],
    {},
    /^Error: Cannot apply the keep policy: the configuration has none\nhint: .*images\.keep/m,
    1,
  );
  await refused(["-a"], {}, /Cannot use --policy with --all or --filter/);
  await refused([], { BUDGIE_IMAGES_KEEP: "168" }, /BUDGIE_IMAGES_KEEP='168': not a duration from 1h on/);
  await refused([], { BUDGIE_IMAGES_KEEP: "5m" }, /BUDGIE_IMAGES_KEEP='5m': not a duration from 1h on/);
  await refused([], { BUDGIE_IMAGES_HIGH_WATER: "100" }, /BUDGIE_IMAGES_HIGH_WATER='100': not per cent/);
  const file = await host.write("wrong.yaml", "images:\n  keep: 168\n");
  const invalid = await host.budgie(["config", "validate", file]);
  assert.match(invalid.stderr, /wrong\.yaml:2:9: .*'168'.*a duration such as 24h/, show(invalid));
  const policy = { env: { BUDGIE_IMAGES_KEEP: "1h" } };
  await age(host, "busybox", 2);
  await host.ok(["pull", "-q", "busybox"]); // nothing is fetched, and it counts all the same
  assert.equal(await host.ok(["image", "prune", "-f", "--policy"], policy), "Total reclaimed space: 0B");
  await age(host, "busybox", 2);
  assert.match(await host.ok(["image", "prune", "-f", "--policy"], policy), /^untagged: busybox:latest$/m);
});
