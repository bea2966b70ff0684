import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { mountsBelow } from "./fixture/leftovers.ts";
import { runOk, show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

const SCRIPT = [
  "echo new >/new; rm /layered/kept; rm -r /layered/hidden; mkdir /layered/hidden; echo own >/layered/hidden/own",
  "echo changed >/layered/replaced; ln -s /new /link; chown 12:34 /new; chmod 4750 /new; ln /new /hard; mkfifo /fifo",
  "chmod 750 /home; echo vol >/data/in",
].join("; ");

Deno.test("commit makes an image with the container's changes, and nothing of its mounts", async () => {
  await using host = await openHost({ images: ["layered"] });
  await host.ok(["run", "--name", "done", "-v", "data:/data", "layered", "sh", "-c", SCRIPT]);
  const id = await host.ok(["commit", "-a", "Jane", "-m", "what for", "done", "mine:v1"]);
  assert.match(id, /^sha256:[0-9a-f]{64}$/);
  const look =
    "cat /new /layered/replaced; ls /layered /layered/hidden; ls -d /data || true; readlink /link; " +
    "stat -c '%a %u:%g %h %F' /new /fifo /home";
  assert.equal(
    await host.ok(["run", "--rm", "mine:v1", "sh", "-c", look]),
    "new\nchanged\n/layered:\nhidden\nreplaced\n\n/layered/hidden:\nown\n/new\n" +
      "4750 12:34 2 regular file\n644 0:0 1 fifo\n750 0:0 1 directory",
  );
  const [image] = JSON.parse(await host.ok(["image", "inspect", "mine:v1"]));
  assert.deepEqual([image.Id, image.Author, image.Comment], [id, "Jane", "what for"]);
  assert.deepEqual(image.Config.Cmd.slice(0, 2), ["sh", "-c"]);
});

Deno.test("skopeo and umoci read a committed image, and see the same files as budgie", async () => {
  await using host = await openHost({ images: ["layered"] });
  await host.ok(["run", "--name", "done", "layered", "sh", "-c", SCRIPT.replace("; echo vol >/data/in", "")]);
  await host.ok(["commit", "-m", "what for", "done", "mine"]);
  const copy = `oci:${host.directory}/copy:plain`;
  const source = `oci:${host.data}/images:docker.io/library/mine:latest`;
  await runOk(["skopeo", "--insecure-policy", "copy", "--quiet", source, copy]);
  const config = JSON.parse(await runOk(["skopeo", "inspect", "--config", copy]));
  assert.equal(config.rootfs.diff_ids.length, 4);
  assert.equal(config.history.length, 4);
  assert.equal(config.history[3].comment, "what for");
  // docker's format, too: every layer's media type is known there.
  await runOk([
    "skopeo",
    "--insecure-policy",
    "copy",
    "--quiet",
    copy,
    `docker-archive:${host.directory}/mine.tar:m:1`,
  ]);

  const bundle = `${host.directory}/bundle`;
  await runOk(["umoci", "unpack", "--image", `${host.directory}/copy:plain`, bundle]);
  const list = "find . \\( -path ./dev -o -path ./proc -o -path ./sys -o -path './etc/*' \\) -prune -o " +
    "-exec stat -c '%n %F %a %u:%g %N' {} + | sort";
  const theirs = await runOk(["busybox", "sh", "-c", `cd ${bundle}/rootfs && ${list}`]);
  assert.equal(`${await host.ok(["run", "--rm", "mine", "sh", "-c", `cd / && ${list}`])}\n`, theirs);
  assert.match(theirs, /^\.\/hard regular file 4750 12:34/m);
  // Nothing of what budgie puts there to mount on.
  await assert.rejects(Deno.lstat(`${bundle}/rootfs/etc/hosts`));
});

Deno.test("commit --change sets the defaults of the image", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "-e", "A=1", "-l", "k=v", "busybox", "true"]);
  const changes = [
    'CMD ["echo", "hi"]',
    "ENV B=$A-2",
    "EXPOSE 80",
    "USER nobody",
    "WORKDIR /tmp",
    "VOLUME /vol",
  ];
  await host.ok(["commit", ...changes.flatMap((change) => ["-c", change]), "done", "mine"]);
  assert.equal(await host.ok(["run", "--rm", "mine"]), "hi");
  assert.equal(
    await host.ok(["run", "--rm", "mine", "sh", "-c", "echo $A $B; id -un; pwd"]),
    "1 1-2\nnobody\n/tmp",
  );
  const [{ Config }] = JSON.parse(await host.ok(["image", "inspect", "mine"]));
  assert.deepEqual([Config.Labels, Config.ExposedPorts, Config.Volumes], [{ k: "v" }, { "80/tcp": {} }, {
    "/vol": {},
  }]);
  const wrong = await host.budgie(["commit", "-c", "ONBUILD RUN x", "done"]);
  assert.equal(wrong.code, 125, show(wrong));
  assert.match(wrong.stderr, /^Error: Cannot use --change 'ONBUILD RUN x'/m);
});

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`commit of a running container pauses it meanwhile, and lets it go on (${runtime})`, async () => {
    await using host = await openHost({ runtime });
    const script = "i=0; while :; do i=$((i+1)); echo $i >>/a; echo $i >>/b; done";
    await using web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
    for (let round = 0; round < 3; round++) {
      await host.ok(["commit", "web", "mine"]);
      const [a, b] = (await host.ok(["run", "--rm", "mine", "sh", "-c", "tail -n 1 /a; tail -n 1 /b"])).split(
        "\n",
      ).map(
        Number,
      );
      assert.ok(a - b <= 1, `${a} and ${b} were written one after the other`);
    }
    const inside = () => Deno.readTextFileSync(`/proc/${web.pid}/root/a`);
    const before = inside();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.notEqual(inside(), before);
    await host.ok(["commit", "--pause=false", "web", "unpaused"]);
  });
}

Deno.test("commit of a container that never ran is its image with an empty layer", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "failed", "--entrypoint", "/no-such", "busybox"]).catch(() => {});
  const id = await host.ok(["commit", "-c", 'ENTRYPOINT ["echo", "ok"]', "failed"]);
  assert.equal(await host.ok(["run", "--rm", id]), "ok");
});

Deno.test("commit refuses what a layer can't say, and leaves nothing of it", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "touch", "/tmp/.wh.etc"]);
  const before = await host.ok(["images", "-a", "--no-trunc"]);
  const result = await host.budgie(["commit", "done", "mine"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: Cannot store '\/tmp\/\.wh\.etc' in an image: names that begin with/m);
  assert.equal(await host.ok(["images", "-a", "--no-trunc"]), before);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.data}/tmp`)), []);
});

Deno.test("commit takes what packs very well, and many zeros", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "truncate", "-s", "100M", "/zeros"]);
  await host.ok(["commit", "done", "mine"]);
  assert.equal(await host.ok(["run", "--rm", "mine", "stat", "-c", "%s", "/zeros"]), "104857600");
});

Deno.test("commit that is interrupted leaves no image, and the container goes on", async () => {
  await using host = await openHost();
  const script = "dd if=/dev/urandom of=/big bs=1M count=200 2>/dev/null; echo ready >/ready; sleep 1000";
  await using web = await runInBackground(host, ["--name", "web", "busybox", "sh", "-c", script]);
  await eventually("the file is there", async () => {
    return (await host.budgie(["exec", "web", "test", "-e", "/ready"])).code === 0;
  });
  const child = host.spawn(["commit", "web", "mine"]);
  await eventually("the layer is being written", async () => {
    return (await Array.fromAsync(Deno.readDir(`${host.data}/tmp`))).length > 0;
  });
  child.kill("SIGINT");
  const { code } = await child.output();
  assert.equal(code, 130);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.data}/tmp`)), []);
  assert.doesNotMatch(await host.ok(["images"]), /mine/);
  assert.equal(await host.ok(["exec", "web", "cat", "/ready"]), "ready");
  assert.equal((await host.budgie(["inspect", "-f", "{{.State.Status}}", web.id])).stdout, "running\n");
});

Deno.test("commit of a container whose image is gone, or that is not there, says so", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  const index = JSON.parse(await Deno.readTextFile(`${host.data}/images/index.json`));
  const blob = (digest: string) => `${host.data}/images/blobs/sha256/${digest.slice("sha256:".length)}`;
  const { layers } = JSON.parse(await Deno.readTextFile(blob(index.manifests[0].digest)));
  await Deno.remove(blob(layers[0].digest));
  const gone = await host.budgie(["commit", "done", "mine"]);
  assert.equal(gone.code, 1, show(gone));
  assert.match(gone.stderr, /is no longer on this host/);
  const missing = await host.budgie(["commit", "no-such", "mine"]);
  assert.match(missing.stderr, /^Error: No such container: no-such$/m);
  assert.deepEqual(await mountsBelow([host.directory]), []);
});
