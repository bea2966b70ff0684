import assert from "node:assert/strict";
import { grantedCapabilities } from "./capabilities.ts";

const ALL = (1n << 41n) - 1n;
const NONE = { add: [], drop: [], privileged: false };
const SYS_RESOURCE = 1n << 24n;

Deno.test("docker's fourteen are the default", () => {
  assert.equal(grantedCapabilities(NONE, ALL).length, 14);
});

Deno.test("names go with and without CAP_, in any case", () => {
  const granted = grantedCapabilities(
    { ...NONE, add: ["net_admin", "CAP_SYS_TIME"], drop: ["Cap_Chown"] },
    ALL,
  );
  assert.deepEqual(["CAP_NET_ADMIN", "CAP_SYS_TIME", "CAP_CHOWN"].map((name) => granted.includes(name)), [
    true,
    true,
    false,
  ]);
});

Deno.test("ALL added is everything but what is dropped", () => {
  const granted = grantedCapabilities({ ...NONE, add: ["ALL"], drop: ["SYS_ADMIN"] }, ALL);
  assert.equal(granted.length, 40);
  assert.equal(granted.includes("CAP_SYS_ADMIN"), false);
});

Deno.test("ALL dropped leaves what is added", () => {
  assert.deepEqual(grantedCapabilities({ ...NONE, add: ["CHOWN"], drop: ["ALL"] }, ALL), ["CAP_CHOWN"]);
});

Deno.test("what we don't hold is not given: refused by name, left out of a privileged container", () => {
  const held = ALL & ~SYS_RESOURCE;
  assert.throws(() => grantedCapabilities({ ...NONE, add: ["SYS_RESOURCE"] }, held), /'CAP_SYS_RESOURCE'/);
  assert.equal(grantedCapabilities({ ...NONE, privileged: true }, held).length, 40);
});

Deno.test("a name that no kernel has is refused", () => {
  assert.throws(() => grantedCapabilities({ ...NONE, drop: ["FLY"] }, ALL), /Cannot use capability 'FLY'/);
});
