import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

Deno.test("diff lists what a container added, changed and deleted", async () => {
  await using host = await openHost({ images: ["layered"] });
  const script = [
    "mkdir -p /new/inner; echo x >/new/inner/file; ln -s a /tmp/link",
    "rm /layered/kept; rm -r /layered/hidden",
    "echo changed >/layered/replaced; chmod 700 /home; touch /layered/folder",
    ": >>/etc/passwd", // opened for writing, and the same
    "rm /bin/vi; mkdir /bin/vi; echo x >/bin/vi/file", // another kind of file
  ].join("; ");
  await host.ok(["run", "--name", "done", "layered", "sh", "-c", script]);
  assert.equal(
    await host.ok(["diff", "done"]),
    [
      "C /bin",
      "C /bin/vi",
      "A /bin/vi/file",
      "C /home",
      "C /layered",
      "A /layered/folder",
      "D /layered/hidden",
      "D /layered/kept",
      "C /layered/replaced",
      "A /new",
      "A /new/inner",
      "A /new/inner/file",
      "C /tmp",
      "A /tmp/link",
    ].join("\n"),
  );
});

Deno.test("diff of a folder that was made again lists what is gone of the old one", async () => {
  await using host = await openHost({ images: ["layered"] });
  const script = "rm -r /layered; mkdir /layered; echo own >/layered/own; echo same >/layered/kept";
  await host.ok(["run", "--name", "done", "layered", "sh", "-c", script]);
  assert.equal(
    await host.ok(["diff", "done"]),
    "C /layered\nD /layered/hidden\nC /layered/kept\nA /layered/own\nD /layered/replaced",
  );
});

Deno.test("diff does not list what things are mounted on, nor what is in them", async () => {
  await using host = await openHost();
  const file = await host.write("file", "");
  const mounts = [
    "-v",
    "data:/data",
    "-v",
    `${file}:/mnt/file`,
    "--tmpfs",
    "/scratch",
    "--mount",
    "type=volume,src=x,dst=/tmp",
  ];
  const script = "echo x >/data/in; echo x >/scratch/in; echo x >/tmp/in; echo x >>/etc/hosts; sleep 1000";
  await using _web = await runInBackground(host, ["--name", "web", ...mounts, "busybox", "sh", "-c", script]);
  await eventually("the files are there", async () => {
    return (await host.budgie(["exec", "web", "test", "-e", "/tmp/in"])).code === 0;
  });
  // The folder that had to be made around a mount is listed, as in docker.
  assert.equal(await host.ok(["diff", "web"]), "A /mnt");
});

Deno.test("diff shows no control characters of names", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "sh", "-c", "touch \"/$(printf 'a\\033\\nD etc')\""]);
  assert.equal(await host.ok(["diff", "done"]), "A /a\u{fffd}\u{fffd}D etc");
});

Deno.test("diff of a container that changed nothing is empty, of a missing one an error", async () => {
  await using host = await openHost();
  await host.ok(["run", "--name", "done", "busybox", "true"]);
  assert.equal(await host.ok(["diff", "done"]), "");
  const missing = await host.budgie(["diff", "no-such"]);
  assert.equal(missing.code, 1, show(missing));
  assert.match(missing.stderr, /^Error: No such container: no-such$/m);
});
