import assert from "node:assert/strict";
import { parseSecurityOptions } from "./security_options.ts";

Deno.test("docker's security options are read, with = and with :", () => {
  assert.deepEqual(
    parseSecurityOptions([
      "no-new-privileges",
      "seccomp=/p.json",
      "apparmor:mine",
      "label=disable",
      "systempaths=unconfined",
    ]),
    { noNewPrivileges: true, seccomp: "/p.json", apparmor: "mine", unconfinedSystemPaths: true },
  );
});

Deno.test("no-new-privileges can be false, and seccomp=builtin is the default", () => {
  assert.equal(parseSecurityOptions(["no-new-privileges:false"]).noNewPrivileges, false);
  assert.equal(parseSecurityOptions(["no-new-privileges=true"]).noNewPrivileges, true);
  assert.equal(parseSecurityOptions(["seccomp=builtin"]).seccomp, undefined);
});

Deno.test("what does not exist, or would do nothing, is refused", () => {
  for (
    const option of [
      "",
      "seccomp",
      "apparmor=",
      "no-new-privileges=yes",
      "systempaths=x",
      "writable-cgroups=true",
    ]
  ) {
    assert.throws(() => parseSecurityOptions([option]), {
      message: `Cannot use security option '${option}'`,
      exitCode: 125,
    });
  }
  assert.throws(() => parseSecurityOptions(["label=type:svirt_t"]), /SELinux labels are not supported/);
});
