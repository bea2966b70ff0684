import assert from "node:assert/strict";
import { cronLine, initSystem, openrcText, unitText } from "./service.ts";

Deno.test("the unit leaves containers alone when the daemon is stopped or killed", () => {
  const unit = unitText("/usr/local/bin/budgie", {});
  for (
    const line of [
      "ExecStart=/usr/local/bin/budgie daemon",
      "KillMode=process",
      "Restart=always",
      "Delegate=yes",
    ]
  ) {
    assert.ok(unit.split("\n").includes(line), line);
  }
});

Deno.test("the unit has the variables, with what systemd would expand kept from it", () => {
  const unit = unitText('/opt/my "tools"/budgie', { BUDGIE_DATA_DIR: "/srv/50% $x" });
  assert.match(unit, /^ExecStart="\/opt\/my \\"tools\\"\/budgie" daemon$/m);
  assert.match(unit, /^Environment="BUDGIE_DATA_DIR=\/srv\/50%% \$x"$/m);
});

Deno.test("other inits get a script or a line that a shell reads as it was meant", () => {
  const variables = { BUDGIE_DATA_DIR: "/srv/it's 50%" };
  assert.equal(
    cronLine("/usr/local/bin/budgie", variables),
    `@reboot BUDGIE_DATA_DIR='/srv/it'\\''s 50\\%' /usr/local/bin/budgie daemon`,
  );
  const script = openrcText("/usr/local/bin/budgie", variables);
  assert.ok(script.includes(`export BUDGIE_DATA_DIR='/srv/it'\\''s 50%'\n`));
  assert.ok(script.includes("command=/usr/local/bin/budgie\n"));
});

Deno.test("initSystem() goes by what a booted init leaves below /run", async () => {
  const root = await Deno.makeTempDir();
  try {
    assert.equal(initSystem(root), "other");
    await Deno.mkdir(`${root}/run/openrc`, { recursive: true });
    assert.equal(initSystem(root), "openrc");
    await Deno.mkdir(`${root}/run/systemd/system`, { recursive: true });
    assert.equal(initSystem(root), "systemd");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
