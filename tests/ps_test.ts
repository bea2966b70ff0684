import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";

Deno.test("ps prints docker's table: the running ones, with -a all, newest first", async () => {
  await using host = await openHost();
  await host.budgie(["run", "--name", "done", "busybox", "sh", "-c", "exit 3"]);
  await using _web = await runInBackground(host, ["--name", "web", "busybox", "sleep", "1000"]);
  const running = (await host.ok(["ps"])).split("\n");
  assert.match(running[0], /^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$/);
  assert.match(running[1], /^[0-9a-f]{12} +busybox +"sleep 1000" +.* ago +Up .*web$/);
  assert.equal(running.length, 2);
  const all = (await host.ok(["ps", "-a"])).split("\n");
  assert.match(all[1], /web$/);
  assert.match(all[2], /"sh -c 'exit 3'" .*Exited \(3\) .* ago .*done$/);
  assert.equal((await host.ok(["ps", "-n", "1", "-q"])).length, 12);
  assert.match(await host.ok(["ps", "-l", "--format", "{{.Names}}"]), /^web$/);
});

Deno.test("ps -q, --no-trunc and -s show less or more", async () => {
  await using host = await openHost();
  await host.ok([
    "run",
    "--name",
    "big",
    "busybox",
    "dd",
    "if=/dev/zero",
    "of=/file",
    "bs=1000",
    "count=5000",
  ]);
  assert.match(await host.ok(["ps", "-aq"]), /^[0-9a-f]{12}$/);
  assert.match(await host.ok(["ps", "-aq", "--no-trunc"]), /^[0-9a-f]{64}$/);
  assert.match(await host.ok(["ps", "-as", "--format", "{{.Size}}"]), /^5(\.\d+)?MB \(virtual [\d.]+MB\)$/);
});

Deno.test("ps --filter: one key or, several keys and", async () => {
  await using host = await openHost({ images: ["busybox", "layered"] });
  await host.ok(["run", "--name", "a1", "--label", "team=red", "busybox", "true"]);
  await host.budgie(["run", "--name", "a2", "--label", "team=blue", "busybox", "false"]);
  await host.ok(["run", "--name", "b1", "layered", "true"]);
  const names = async (...filters: string[]) => {
    const flags = filters.flatMap((filter) => ["--filter", filter]);
    return (await host.ok(["ps", "-a", "--format", "{{.Names}}", ...flags])).split("\n").filter(Boolean)
      .sort();
  };
  assert.deepEqual(await names("name=a"), ["a1", "a2"]);
  assert.deepEqual(await names("name=a1", "name=b"), ["a1", "b1"]);
  assert.deepEqual(await names("exited=1"), ["a2"]);
  assert.deepEqual(await names("status=exited", "ancestor=layered"), ["b1"]);
  assert.deepEqual(await names("label=team"), ["a1", "a2"]);
  assert.deepEqual(await names("label=team=red"), ["a1"]);
  assert.deepEqual(await names("since=a1"), ["a2", "b1"]);
  assert.deepEqual(await names("before=a2"), ["a1"]);
  assert.deepEqual(await names("name=nothing"), []);
  const unknown = await host.budgie(["ps", "--filter", "colour=blue"]);
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.stderr, /colour/);
});

Deno.test("ps --format json prints one object a line", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "--label", "k=v", "busybox", "true"]);
  await host.ok(["run", "--name", "two", "busybox", "true"]);
  const objects = (await host.ok(["ps", "-a", "--format", "json"])).split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(objects.map(({ Names }) => Names), ["two", "one"]);
  assert.equal(objects[1].State, "exited");
  assert.match(objects[1].Labels, /k=v/);
  const upper = await host.ok([
    "ps",
    "-a",
    "--format",
    '{{upper .Names}} {{.Label "k"}}',
    "--filter",
    "name=one",
  ]);
  assert.equal(upper, "ONE v");
});

Deno.test("ps --format: a table of chosen columns; an empty format is none", async () => {
  await using host = await openHost({ images: ["configured"] });
  await host.ok(["run", "--name", "one", "-v", "web:/web", "-l", "org.example.tier=front", "configured"]);
  const format = 'table {{.Names}}\\t{{.Label "org.example.tier"}}\\t{{.LocalVolumes}}';
  const [header, row] = (await host.ok(["ps", "-a", "--format", format])).split("\n");
  assert.match(header, /^NAMES +tier +LOCAL VOLUMES$/);
  assert.match(row, /^one +front +2$/); // its own, and the image's VOLUME
  for (const volume of ["web", "/web", "/data"]) {
    assert.equal(await host.ok(["ps", "-a", "-f", `volume=${volume}`, "--format", "{{.Names}}"]), "one");
  }
  // Between two listings a second may pass, and move the columns.
  const listed = async (format: string) => {
    const table = await host.ok(["ps", "-a", "--format", format]);
    return table.replace(/\d+ seconds?|Less than a second/g, "N seconds").replace(/ +/g, " ");
  };
  assert.equal(await listed(""), await listed("table"));
  const unknown = await host.budgie(["ps", "-a", "--format", "{{.Colour}}"]);
  assert.equal(unknown.code, 1, show(unknown));
});

Deno.test("a container is found by its full ID, its name, and a prefix that only it has", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "busybox", "true"]);
  const id = await host.ok(["ps", "-aq", "--no-trunc"]);
  for (const name of [id, "one", id.slice(0, 12), id.slice(0, 3)]) {
    assert.equal(await host.ok(["inspect", "--format", "{{.Name}}", name]), "/one");
  }
  // A name wins over a prefix.
  await host.ok(["run", "--name", id.slice(0, 4), "busybox", "true"]);
  assert.equal(await host.ok(["inspect", "--format", "{{.Name}}", id.slice(0, 4)]), `/${id.slice(0, 4)}`);
  // Of 17 IDs two begin alike.
  await Promise.all(Array.from({ length: 15 }, () => host.ok(["run", "busybox", "true"])));
  const firsts = (await host.ok(["ps", "-aq"])).split("\n").map((each) => each[0]);
  const shared = firsts.find((digit, index) => firsts.indexOf(digit) < index)!;
  const ambiguous = await host.budgie(["rm", shared]);
  assert.equal(ambiguous.code, 1, show(ambiguous));
  assert.match(ambiguous.stderr, new RegExp(`(${shared}[0-9a-f]{11} \\(.*\\).*){2}`));
  assert.equal((await host.ok(["ps", "-aq"])).split("\n").length, 17);
});

Deno.test("groups of commands hold the short forms", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "one", "busybox", "true"]);
  const id = await host.ok(["ps", "-aq"]);
  for (const words of ["container ls", "container ps", "container list", "ls", "list"]) {
    assert.equal(await host.ok([...words.split(" "), "-aq"]), id, words);
  }
  assert.equal(await host.ok(["image", "ls", "-q"]), await host.ok(["images", "-q"]));
  assert.equal(await host.ok(["container", "rm", "one"]), "one");
  assert.match(await host.ok(["image", "rm", "busybox"]), /^Deleted: sha256:/m);
});

Deno.test("ps of .bun files and folders shows their containers only, and none that are not there", async () => {
  await using host = await openHost();
  await Deno.mkdir(`${host.directory}/shop`);
  const describe = (head: string) =>
    `version: "1.0"\n${head}image: {docker_image: busybox, command: "true"}\n`;
  await host.ok(["run", await host.write("shop/web.bun", describe("name: web\n"))]);
  await host.ok(["run", await host.write("shop/nameless.bun", describe(""))]);
  await host.ok(["run", "--name", "other", "busybox", "true"]);
  await host.write("shop/z.bun", describe("name: never-made\n"));
  const names = async (...words: string[]) => {
    return (await host.ok(["ps", "-a", "--format", "{{.Names}}", ...words])).split("\n");
  };
  assert.deepEqual(await names("shop/web.bun"), ["web"]);
  const [nameless, web, ...more] = await names("./shop");
  assert.match(nameless, /^[a-z]+_[a-z]+$/);
  assert.deepEqual([web, more], ["web", []]);
  assert.deepEqual(await names("shop/nameless.bun", "./shop/web.bun"), [nameless, "web"]);
  assert.deepEqual(await names("./shop/z.bun"), [""]);
  const refused = await host.budgie(["ps", "web"]);
  assert.equal(refused.code, 125, show(refused));
  assert.match(refused.stderr, /Cannot list 'web': it is no \.bun file or folder/);
});
