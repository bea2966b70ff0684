import assert from "node:assert/strict";
import { parseSeccompProfile, readSeccompProfile } from "./seccomp_file.ts";
import { resolveSeccomp, type SeccompTarget } from "./seccomp_profile.ts";
import { TestContainer } from "./testing/container.ts";

const TARGET: SeccompTarget = {
  architecture: "amd64",
  imageArchitecture: "amd64",
  kernel: { major: 5, minor: 10 },
  capabilities: ["CAP_SYS_ADMIN"],
};

/** The names that a profile of these rules allows on TARGET. */
function allowed(...syscalls: unknown[]): string[] {
  const profile = parseSeccompProfile(
    JSON.stringify({ defaultAction: "SCMP_ACT_ERRNO", syscalls }),
    "p.json",
  );
  return resolveSeccomp(profile, TARGET).syscalls.flatMap((rule) => rule.names);
}

function rule(name: string, conditions: Record<string, unknown> = {}) {
  return { names: [name], action: "SCMP_ACT_ALLOW", ...conditions };
}

Deno.test("rules apply to the architectures that they include", () => {
  assert.deepEqual(
    allowed(rule("a", { includes: { arches: ["amd64"] } }), rule("b", { includes: { arches: ["arm64"] } })),
    ["a"],
  );
  assert.deepEqual(
    allowed(rule("a", { excludes: { arches: ["amd64"] } }), rule("b", { excludes: { arches: ["s390x"] } })),
    ["b"],
  );
});

Deno.test("rules apply with the capabilities that they include", () => {
  const needed = rule("a", { includes: { caps: ["CAP_SYS_ADMIN"] } });
  const missing = rule("b", { includes: { caps: ["CAP_SYS_ADMIN", "CAP_BPF"] } });
  const without = rule("c", { excludes: { caps: ["CAP_SYS_ADMIN"] } });
  assert.deepEqual(allowed(needed, missing, without), ["a"]);
});

Deno.test("rules apply from the kernel that they include on", () => {
  const from = (minKernel: string) => rule(minKernel, { includes: { minKernel } });
  assert.deepEqual(allowed(from("4.20"), from("5.9"), from("5.10"), from("5.11"), from("6.0")), [
    "4.20",
    "5.9",
    "5.10",
  ]);
});

Deno.test("null, empty and absent conditions are the same, as docker writes them", () => {
  assert.deepEqual(
    allowed(rule("a", { includes: {}, excludes: {}, args: [] }), rule("b", { includes: null, args: null })),
    ["a", "b"],
  );
});

Deno.test("the old form with one name is read", () => {
  assert.deepEqual(allowed({ name: "a", action: "SCMP_ACT_ALLOW" }), ["a"]);
});

for (
  const [text, message] of [
    ["{", /Cannot use the seccomp profile 'p.json': .*JSON/],
    ["null", /it is not an object/],
    ["{}", /it has no defaultAction/],
    ['{"defaultAction":"ALLOW"}', /it has no defaultAction/],
    ['{"defaultAction":"SCMP_ACT_ERRNO","syscalls":1}', /syscalls is not a list/],
    ['{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[null]}', /syscalls\[0\] is not an object/],
    [
      '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"action":"SCMP_ACT_ALLOW"}]}',
      /syscalls\[0\] has no names/,
    ],
    [
      '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["a"],"action":"no"}]}',
      /syscalls\[0\] has an unknown action: "no"/,
    ],
    [
      '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["a"],"action":"SCMP_ACT_ALLOW","args":[{"index":0}]}]}',
      /syscalls\[0\] has args/,
    ],
    ['{"defaultAction":"SCMP_ACT_ERRNO","architectures":[],"archMap":[]}', /both architectures and archMap/],
  ] as const
) {
  Deno.test(`a profile ${text} is refused`, () => {
    assert.throws(() => parseSeccompProfile(text, "p.json"), (error: Error) => {
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("a profile that is missing, empty or too large is refused", () => {
  const file = Deno.makeTempFileSync();
  Deno.truncateSync(file, 2 * 1024 ** 2);
  try {
    assert.throws(
      () => readSeccompProfile("/nonexistent.json"),
      /'\/nonexistent.json': there is no such file/,
    );
    assert.throws(() => readSeccompProfile("/dev/null"), /JSON/);
    assert.throws(() => readSeccompProfile(file), /it is larger than 1 MiB/);
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("seccomp=FILE is what the container runs with", async () => {
  using container = new TestContainer();
  const path = `${container.folder}/profile.json`;
  const deny = { names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 30 };
  Deno.writeTextFileSync(path, JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [deny] }));
  Deno.symlinkSync("busybox", `${container.layer}/bin/mkdir`);
  const { code, stderr } = await container.run(["mkdir", "/x"], { securityOpt: [`seccomp=${path}`] });
  assert.equal(code, 1);
  assert.match(stderr, /Read-only file system/);
});
