import assert from "node:assert/strict";
import { openHost } from "./fixture/host.ts";
import { runOk } from "./fixture/process.ts";

Deno.test("skopeo and umoci read the store as the OCI layout it is", async () => {
  await using host = await openHost({ images: ["layered"] });
  const images = `${host.data}/images`;
  const layout = JSON.parse(await Deno.readTextFile(`${images}/oci-layout`));
  assert.equal(layout.imageLayoutVersion, "1.0.0");
  const index = JSON.parse(await Deno.readTextFile(`${images}/index.json`));
  const name = index.manifests[0].annotations["org.opencontainers.image.ref.name"];
  const seen = JSON.parse(await runOk(["skopeo", "inspect", `oci:${images}:${name}`]));
  assert.equal(seen.Layers.length, 3);

  const bundle = `${host.directory}/bundle`;
  // umoci finds a manifest by its reference only when that has no colon or slash: a copy under a plain tag.
  await runOk([
    "skopeo",
    "--insecure-policy",
    "copy",
    "--quiet",
    `oci:${images}:${name}`,
    `oci:${host.directory}/copy:plain`,
  ]);
  await runOk(["umoci", "unpack", "--image", `${host.directory}/copy:plain`, bundle]);
  assert.equal(await Deno.readTextFile(`${bundle}/rootfs/layered/replaced`), "upper\n");
  const list = "cd /layered && find . | sort";
  const theirs = await runOk(["sh", "-c", `cd ${bundle}/rootfs/layered && find . | sort`]);
  assert.equal(`${await host.ok(["run", "--rm", "layered", "sh", "-c", list])}\n`, theirs);
});

Deno.test("the unpacked Debian is the same, file by file, as what umoci unpacks", async () => {
  await using host = await openHost({ images: ["debian"] });
  const { testImages } = await import("./fixture/images.ts");
  const bundle = `${host.directory}/bundle`;
  await runOk(["umoci", "unpack", "--image", `${(await testImages()).layouts}/debian:latest`, bundle]);
  // Type, mode, owner, size (not of folders), time and link target; /dev and mount points differ.
  const listing = 'cd "$1" && find . -xdev \\( -path ./dev -o -path ./proc -o -path ./sys \\) -prune -o ' +
    "! -type d -printf '%p %y %m %U:%G %s %T@ %l\\n' | sort";
  const theirs = await runOk(["sh", "-c", listing, "sh", `${bundle}/rootfs`]);
  const export_ = [
    "-v",
    `${host.directory}:/out`,
    "debian",
    "sh",
    "-c",
    `sh -c '${listing.replaceAll("'", `'\\''`)}' sh / >/out/ours`,
  ];
  await host.ok(["run", "--rm", ...export_]);
  const ours = await Deno.readTextFile(`${host.directory}/ours`);
  const made = /^\.\/(etc\/(hosts|hostname|resolv\.conf)|out\/)/; // budgie's own files in the container
  const lines = (text: string) => text.split("\n").filter((line) => !made.test(line));
  assert.deepEqual(lines(ours), lines(theirs));
});
