import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { digestOf } from "./fixture/layout.ts";
import { ROOT, SCRATCH } from "./fixture/paths.ts";
import { tar } from "./fixture/tar.ts";
import { run, type RunResult, show } from "./fixture/process.ts";

const PROGRAM = "#!/bin/sh\necho pretended budgie\n";
const ARCHITECTURE = Deno.build.arch;

interface Rig extends AsyncDisposable {
  directory: string;
  /** Runs install.sh with these programs in front of the real ones: name to shell script. */
  install(programs?: Record<string, string>): Promise<RunResult>;
}

/** A release on loopback; `files` replaces what it serves. */
async function openRelease(files: Record<string, string> = {}): Promise<Rig> {
  const directory = await Deno.makeTempDir({ dir: SCRATCH, prefix: "budgie-test-install-" });
  const served: Record<string, string | Uint8Array<ArrayBuffer>> = {
    "budgie-linux-x86_64": `${PROGRAM}# x86_64\n`,
    "budgie-linux-aarch64": `${PROGRAM}# aarch64\n`,
    "budgie-man.tar.gz": new Uint8Array(
      gzipSync(tar([{ name: "man1/budgie.1", content: ".TH BUDGIE 1\n" }])),
    ),
  };
  served.SHA256SUMS = Object.entries(served)
    .map(([name, content]) => `${digestOf(content).slice("sha256:".length)}  ${name}\n`).join("");
  Object.assign(served, files);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const content = served[new URL(request.url).pathname.slice(1)];
    return content === undefined ? new Response(null, { status: 404 }) : new Response(content);
  });
  return {
    directory,
    async install(programs = {}) {
      const shims = `${directory}/shims`;
      await Deno.mkdir(shims, { recursive: true });
      for (const [name, script] of Object.entries(programs)) {
        await Deno.writeTextFile(`${shims}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      }
      const env = {
        PATH: `${shims}:${Deno.env.get("PATH")}`,
        BUDGIE_BASE_URL: `http://127.0.0.1:${server.addr.port}`,
        BUDGIE_INSTALL_DIR: `${directory}/bin`,
      };
      return await run(["sh", `${ROOT}/scripts/install.sh`], { env });
    },
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

async function assertNothingInstalled(rig: Rig, result: RunResult, wanted: RegExp): Promise<void> {
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: Cannot install budgie: /m);
  assert.match(result.stderr, wanted);
  for (const folder of ["bin", "share"]) {
    const entries = await Array.fromAsync(Deno.readDir(`${rig.directory}/${folder}`)).catch(() => []);
    assert.deepEqual(entries, []);
  }
}

Deno.test("install.sh puts the executable of this machine in place", async () => {
  await using rig = await openRelease();
  const result = await rig.install();
  assert.equal(result.code, 0, show(result));
  assert.match(await Deno.readTextFile(`${rig.directory}/bin/budgie`), new RegExp(`# ${ARCHITECTURE}$`, "m"));
  assert.equal((await run([`${rig.directory}/bin/budgie`])).stdout, "pretended budgie\n");
  const names = (await Array.fromAsync(Deno.readDir(`${rig.directory}/bin`))).map(({ name }) => name);
  assert.deepEqual(names, ["budgie"]);
  assert.equal(await Deno.readTextFile(`${rig.directory}/share/man/man1/budgie.1`), ".TH BUDGIE 1\n");
});

Deno.test("install.sh chooses by architecture", async () => {
  for (const [machine, wanted] of [["x86_64", "x86_64"], ["aarch64", "aarch64"], ["arm64", "aarch64"]]) {
    await using rig = await openRelease();
    const result = await rig.install({ uname: `[ "$1" = -s ] && echo Linux || echo ${machine}` });
    assert.equal(result.code, 0, show(result));
    assert.match(await Deno.readTextFile(`${rig.directory}/bin/budgie`), new RegExp(`# ${wanted}$`, "m"));
  }
});

Deno.test("install.sh refuses a wrong checksum and a file without one", async () => {
  const wrong = `${"0".repeat(64)}  budgie-linux-x86_64\n${"0".repeat(64)}  budgie-linux-aarch64\n`;
  await using changed = await openRelease({ SHA256SUMS: wrong });
  await assertNothingInstalled(changed, await changed.install(), /wrong checksum/);
  await using unnamed = await openRelease({ SHA256SUMS: "" });
  await assertNothingInstalled(unnamed, await unnamed.install(), /SHA256SUMS has no line/);
  await using manual = await openRelease({ "budgie-man.tar.gz": "something else" });
  await assertNothingInstalled(manual, await manual.install(), /budgie-man.tar.gz has the wrong checksum/);
});

Deno.test("install.sh keeps the old executable when the new one is refused", async () => {
  await using rig = await openRelease({ [`budgie-linux-${ARCHITECTURE}`]: "something else" });
  await Deno.mkdir(`${rig.directory}/bin`);
  await Deno.writeTextFile(`${rig.directory}/bin/budgie`, "old");
  assert.equal((await rig.install()).code, 1);
  assert.equal(await Deno.readTextFile(`${rig.directory}/bin/budgie`), "old");
});

Deno.test("install.sh refuses 32-bit ARM, unknown machines and other systems in a sentence", async () => {
  const cases: [string, string, RegExp][] = [
    ["Linux", "armv7l", /32-bit ARM/],
    ["Linux", "armv6l", /32-bit ARM/],
    ["Linux", "riscv64", /riscv64/],
    ["Darwin", "arm64", /Linux only.*Darwin/],
  ];
  for (const [system, machine, wanted] of cases) {
    await using rig = await openRelease();
    const uname = `[ "$1" = -s ] && echo ${system} || echo ${machine}`;
    await assertNothingInstalled(rig, await rig.install({ uname }), wanted);
  }
  await using rig = await openRelease();
  await assertNothingInstalled(rig, await rig.install({ getconf: "echo 32" }), /64-bit/);
});

Deno.test("install.sh refuses musl in a sentence", async () => {
  await using rig = await openRelease();
  const ldd = "echo 'musl libc (x86_64)' >&2; exit 1";
  await assertNothingInstalled(rig, await rig.install({ ldd }), /musl/);
});

Deno.test("install.sh says what it could not download", async () => {
  await using rig = await openRelease();
  const curl = `for word; do case $word in http*) url=$word ;; esac; done; echo "$url" >&2; exit 22`;
  await assertNothingInstalled(rig, await rig.install({ curl }), /cannot download http:\/\/127/);
});
