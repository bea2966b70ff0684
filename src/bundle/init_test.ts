import assert from "node:assert/strict";
import { containerInit } from "./init.ts";

/** A directory of programs: each a copy of another one. */
class Programs implements Disposable {
  readonly folder: string = Deno.makeTempDirSync();

  constructor(copies: Record<string, string>) {
    for (const [name, original] of Object.entries(copies)) {
      Deno.copyFileSync(original, `${this.folder}/${name}`);
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

const STATIC = "/bin/busybox";
const DYNAMIC = "/bin/true";

Deno.test("the init is the first that needs no library, read-only in the container's /dev", () => {
  using programs = new Programs({ "docker-init": DYNAMIC, "tini-static": STATIC, "catatonit": STATIC });
  const { mount, args } = containerInit([programs.folder]);
  assert.equal(mount.source, `${programs.folder}/tini-static`);
  assert.deepEqual([mount.destination, mount.options.includes("ro"), args], ["/dev/init", true, [
    "/dev/init",
    "--",
  ]]);
});

Deno.test("without one the package is named", () => {
  using programs = new Programs({ tini: DYNAMIC });
  assert.throws(() => containerInit([programs.folder]), { hint: /package tini/, exitCode: 125 });
});
