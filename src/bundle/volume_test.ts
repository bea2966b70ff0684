import assert from "node:assert/strict";
import type { MountOption } from "../store/container.ts";
import { TestContainer } from "./testing/container.ts";
import { anonymousVolumeTargets, containerMounts, ensureVolume } from "./volume.ts";

function volume(source: string, target: string, more: Partial<MountOption> = {}): MountOption {
  return { type: "volume", source, target, readOnly: false, ...more };
}

/** Runs command(1), which must succeed, and gives its output. */
function output(program: string, ...args: string[]): string {
  const { code, stdout } = new Deno.Command(program, { args }).outputSync();
  assert.equal(code, 0);
  return new TextDecoder().decode(stdout);
}

Deno.test("an empty volume is filled with what the image has there: owner, mode, symlinks, attributes", async () => {
  using container = new TestContainer();
  const data = `${container.layer}/data`;
  Deno.mkdirSync(`${data}/sub`, { recursive: true });
  Deno.writeTextFileSync(`${data}/sub/program`, "x");
  Deno.chmodSync(`${data}/sub/program`, 0o4751);
  Deno.symlinkSync("/etc/shadow", `${data}/link`);
  Deno.chownSync(data, 12, 34);
  Deno.chownSync(`${data}/sub/program`, 56, 78);
  Deno.chmodSync(`${data}/sub/program`, 0o4751);
  output("setcap", "cap_net_raw+ep", `${data}/sub/program`);
  await container.prepare({ mounts: [volume("stuff", "/data")] });
  const stored = `${container.paths.volumes}/stuff/_data`;
  const program = Deno.statSync(`${stored}/sub/program`);
  assert.deepEqual([program.uid, program.gid, program.mode! & 0o7777], [56, 78, 0o4751]);
  assert.equal(Deno.statSync(stored).uid, 12);
  assert.equal(Deno.readLinkSync(`${stored}/link`), "/etc/shadow");
  assert.match(output("getcap", `${stored}/sub/program`), /cap_net_raw/);
});

Deno.test("a volume is not filled when it holds something, when told not to, or at a later start", async () => {
  using container = new TestContainer();
  for (const path of ["/data", "/more"]) {
    Deno.mkdirSync(`${container.layer}${path}`);
    Deno.writeTextFileSync(`${container.layer}${path}/image`, "");
  }
  const full = ensureVolume(container.paths, "full");
  Deno.writeTextFileSync(`${full}/mine`, "");
  await container.prepare({ mounts: [volume("full", "/data"), volume("told", "/more", { noCopy: true })] });
  await container.prepare({ mounts: [volume("later", "/data")] });
  const names = (name: string) =>
    [...Deno.readDirSync(ensureVolume(container.paths, name))].map((entry) => entry.name);
  assert.deepEqual([names("full"), names("told"), names("later")], [["mine"], [], []]);
});

Deno.test("a volume whose filling was killed is filled at the next start", async () => {
  using container = new TestContainer();
  Deno.mkdirSync(`${container.layer}/data`);
  Deno.writeTextFileSync(`${container.layer}/data/image`, "all of it");
  const data = ensureVolume(container.paths, "half");
  Deno.writeTextFileSync(`${data}/image`, "a");
  Deno.writeTextFileSync(`${container.paths.volumes}/half/unfinished`, "");
  await container.prepare({ mounts: [volume("half", "/data")] });
  assert.equal(Deno.readTextFileSync(`${data}/image`), "all of it");
  assert.deepEqual([...Deno.readDirSync(`${container.paths.volumes}/half`)].map(({ name }) => name), [
    "_data",
  ]);
});

Deno.test("what an image links to outside does not get into a volume", async () => {
  using container = new TestContainer();
  const secret = `${container.folder}/secret`;
  Deno.mkdirSync(secret);
  Deno.writeTextFileSync(`${secret}/key`, "");
  Deno.symlinkSync(secret, `${container.layer}/data`);
  await container.prepare({ mounts: [volume("stuff", "/data")] });
  assert.deepEqual([...Deno.readDirSync(ensureVolume(container.paths, "stuff"))], []);
});

Deno.test("volumes of the image that nothing is mounted on get one without a name", () => {
  using container = new TestContainer();
  container.image.config = { Volumes: { "/b": {}, "/a": {}, "/taken/": {} } };
  const options = { mounts: [volume("", "/mine", { noCopy: true }), volume("named", "/taken")] };
  assert.deepEqual(anonymousVolumeTargets(options, container.image), ["/mine", "/a", "/b"]);
  container.anonymousVolumes = ["one", "two", "three"];
  assert.deepEqual(containerMounts(container.record(options)), [
    volume("named", "/taken"),
    volume("one", "/mine", { noCopy: true }),
    volume("two", "/a"),
    volume("three", "/b"),
  ]);
});

Deno.test("a volume's name can't lead out of the volumes", () => {
  using container = new TestContainer();
  for (const name of ["..", ".", "", "a/b", "-x", "x".repeat(256)]) {
    assert.throws(() => ensureVolume(container.paths, name), /as a volume's name/);
  }
});
