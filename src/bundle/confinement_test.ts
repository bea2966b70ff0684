import assert from "node:assert/strict";
import { containerApparmor, containerSeccomp } from "./confinement.ts";
import { hostFacts } from "./host_facts.ts";
import { parseSecurityOptions } from "./security_options.ts";

function seccomp(securityOpt: string[], options: { privileged?: boolean; seccomp?: boolean } = {}) {
  return containerSeccomp({
    security: parseSecurityOptions(securityOpt),
    privileged: options.privileged ?? false,
    capabilities: [],
    imageArchitecture: "amd64",
    host: { ...hostFacts(), seccomp: options.seccomp ?? true },
  });
}

Deno.test("everybody is filtered but those who asked not to be", async () => {
  assert.equal((await seccomp([]))?.defaultAction, "SCMP_ACT_ERRNO");
  assert.equal(await seccomp(["seccomp=unconfined"]), undefined);
  assert.equal(await seccomp([], { privileged: true }), undefined);
});

Deno.test("a profile that was named is used by a privileged container too", async () => {
  await assert.rejects(
    seccomp(["seccomp=/nonexistent"], { privileged: true }),
    /the seccomp profile '\/nonexistent'/,
  );
});

Deno.test("a kernel without filters runs nobody who did not accept that", async () => {
  await assert.rejects(seccomp([], { seccomp: false }), /this kernel has no seccomp filters/);
  assert.equal(await seccomp(["seccomp=unconfined"], { seccomp: false }), undefined);
});

Deno.test("an AppArmor profile needs a host with AppArmor", () => {
  const on = () => true;
  const off = () => false;
  const wanted = (name: string) => parseSecurityOptions([`apparmor=${name}`]);
  assert.equal(containerApparmor(wanted("mine"), on), "mine");
  assert.equal(containerApparmor(wanted("unconfined"), off), undefined);
  assert.equal(containerApparmor(parseSecurityOptions([]), on), undefined);
  assert.throws(() => containerApparmor(wanted("mine"), off), /'mine': AppArmor is off on this machine/);
});
