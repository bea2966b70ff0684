import assert from "node:assert/strict";
import { arm64Command } from "./fixture/arm64.ts";
import { openHost } from "./fixture/host.ts";
import { ROOT } from "./fixture/paths.ts";
import { runOk } from "./fixture/process.ts";

/** Emulation is slow. */
const timeoutMs = 180_000;

Deno.test("the aarch64 executable prints its version and validates example.bun", async () => {
  const budgie = await arm64Command();
  assert.match(await runOk([...budgie, "version"], { timeoutMs }), /\d+\.\d+\.\d+/);
  await runOk([...budgie, "validate", `${ROOT}/example.bun`], { timeoutMs });
});

Deno.test("the aarch64 executable pulls and lists an image, unpacked as the native one does", async () => {
  await using host = await openHost({ images: [] });
  const budgie = await arm64Command();
  const arm = async (...args: string[]) => {
    return (await runOk([...budgie, ...args], { timeoutMs, env: host.env, cwd: host.directory })).trim();
  };
  assert.equal(
    await arm("pull", "-q", "--platform", "linux/amd64", "layered"),
    "docker.io/library/layered:latest",
  );
  assert.match(await arm("images"), /^layered +latest +[0-9a-f]{12} /m);
  // The store that the one architecture wrote is read by the other.
  assert.match(await host.ok(["images"]), /^layered +latest +[0-9a-f]{12} /m);
});

Deno.test("the aarch64 executable keeps capabilities, devices, owners and times", async () => {
  await using host = await openHost({ images: [] });
  const native = {
    ...host.env,
    BUDGIE_DATA_DIR: `${host.directory}/native`,
    BUDGIE_RUN_DIR: `${host.directory}/native-run`,
  };
  const budgie = await arm64Command();
  const image = "debian";
  await runOk([...budgie, "pull", "-q", image], { timeoutMs, env: host.env });
  await host.ok(["pull", "-q", image], { env: native });
  const listing = async (data: string) => {
    const script =
      "cd \"$1\"/layers && for layer in *; do (cd $layer && find . -mindepth 1 -printf '%p %y %m %U:%G %T@ %l\\n' | sort; " +
      "getfattr -R -h -d -m - . 2>/dev/null); done";
    return await runOk(["sh", "-c", script, "sh", data]);
  };
  const ours = await listing(native.BUDGIE_DATA_DIR);
  assert.match(ours, /security\.capability/);
  assert.equal(await listing(host.data), ours);
});
