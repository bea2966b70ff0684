import assert from "node:assert/strict";
import type { ContainerOptions } from "../store/container.ts";
import { defaultSeccompProfile } from "./seccomp_default.ts";
import { resolveSeccomp } from "./seccomp_profile.ts";
import { TestContainer } from "./testing/container.ts";

const X86_64 = Deno.build.arch === "x86_64";

/** System call numbers: x86_64 (asm/unistd_64.h) and aarch64 (asm-generic/unistd.h). */
const NUMBERS: Record<string, [number, number]> = {
  getpid: [39, 172],
  socket: [41, 198],
  ptrace: [101, 117],
  personality: [135, 92],
  set_mempolicy: [238, 237],
  add_key: [248, 217],
  keyctl: [250, 219],
  unshare: [272, 97],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  clone3: [435, 435],
};

const CLONE_NEWUSER = 0x10000000;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_ALG = 38;
const AF_VSOCK = 40;

/** Makes system calls in a container, each `[name, ...arguments]`; the names of the errors, or "ok". */
async function callInContainer(
  calls: [string, ...number[]][],
  runtime: "runc" | "crun",
  options: Partial<ContainerOptions> = {},
): Promise<string[]> {
  using container = new TestContainer();
  for (const name of ["lib", "lib64"]) Deno.symlinkSync(`usr/${name}`, `${container.layer}/${name}`);
  // Perl is in every Debian, and can make any system call.
  const script = calls.map(([name, ...args]) => {
    const number = NUMBERS[name][X86_64 ? 0 : 1];
    return `$! = 0; $r = syscall(${[number, ...args].join(", ")}); print $r == -1 ? $!+0 : "ok", "\\n";`;
  }).join("");
  const mounts = [{ type: "bind" as const, source: "/usr", target: "/usr", readOnly: true }];
  const command = ["/usr/bin/perl", "-e", script];
  const { code, stdout, stderr } = await container.run(command, { mounts, ...options }, runtime);
  assert.equal(code, 0, stderr);
  const names: Record<string, string> = {
    ok: "ok",
    1: "EPERM",
    14: "EFAULT",
    22: "EINVAL",
    38: "ENOSYS",
    95: "EOPNOTSUPP",
  };
  return stdout.trim().split("\n").map((line) => names[line] ?? line);
}

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`${runtime}: the default profile lets ordinary and debugging calls through`, async () => {
    const calls: [string, ...number[]][] = [["getpid"], ["ptrace", 0, 0, 0, 0], ["socket", AF_UNIX, 1, 0], [
      "socket",
      AF_INET,
      1,
      0,
    ]];
    assert.deepEqual(await callInContainer(calls, runtime), ["ok", "ok", "ok", "ok"]);
  });

  Deno.test(`${runtime}: the default profile refuses keys, namespaces, userfaultfd, io_uring and NUMA policy`, async () => {
    const calls: [string, ...number[]][] = [
      ["add_key", 0, 0, 0, 0, 0],
      ["keyctl", 99999],
      ["unshare", CLONE_NEWUSER],
      ["unshare", 0],
      ["userfaultfd", 0xffff],
      ["io_uring_setup", 0, 0],
      ["set_mempolicy", 0, 0, 0],
    ];
    // Without the filter they are EFAULT, EOPNOTSUPP, ok, ok, EINVAL, EFAULT or EINVAL, and ok.
    assert.deepEqual(await callInContainer(calls, runtime), calls.map(() => "EPERM"));
  });

  Deno.test(`${runtime}: the default profile allows five personalities and no other`, async () => {
    const allowed = [0, 8, 0x20000, 0x20008, 0xffffffff];
    const ADDR_NO_RANDOMIZE = 0x40000;
    const calls = [...allowed, ADDR_NO_RANDOMIZE].map((value): [string, number] => ["personality", value]);
    const results = await callInContainer(calls, runtime);
    assert.deepEqual(results.slice(0, 5).filter((result) => result === "EPERM"), []);
    assert.equal(results[5], "EPERM");
  });

  Deno.test(`${runtime}: the default profile refuses the kernel's cryptography and virtual machine sockets`, async () => {
    const results = await callInContainer([["socket", AF_ALG, 5, 0], ["socket", AF_VSOCK, 1, 0]], runtime);
    assert.deepEqual(results, ["EPERM", "EPERM"]);
  });

  Deno.test(`${runtime}: clone3 is said not to exist, so that libraries use clone, whose flags a filter can see`, async () => {
    assert.deepEqual(await callInContainer([["clone3", 0, 0]], runtime), ["ENOSYS"]);
  });

  Deno.test(`${runtime}: a capability opens the calls that need it`, async () => {
    const calls: [string, ...number[]][] = [["unshare", 0], ["clone3", 0, 0], ["set_mempolicy", 0, 0, 0]];
    assert.deepEqual(await callInContainer(calls, runtime, { capAdd: ["SYS_ADMIN", "SYS_NICE"] }), [
      "ok",
      "EINVAL",
      "ok",
    ]);
  });

  Deno.test(`${runtime}: seccomp=unconfined runs without a filter`, async () => {
    assert.deepEqual(
      await callInContainer([["unshare", 0]], runtime, { securityOpt: ["seccomp=unconfined"] }),
      ["ok"],
    );
  });
}

Deno.test("the filter of an image is for the machine's architecture, and 32-bit calls only for a 32-bit image", () => {
  const target = { architecture: "amd64" as const, kernel: { major: 6, minor: 1 }, capabilities: [] };
  const native = resolveSeccomp(defaultSeccompProfile("amd64"), { ...target, imageArchitecture: "amd64" });
  const narrow = resolveSeccomp(defaultSeccompProfile("386"), { ...target, imageArchitecture: "386" });
  assert.deepEqual(native.architectures, ["SCMP_ARCH_X86_64"]);
  assert.equal(native.syscalls[0].names.includes("mmap2"), false);
  assert.deepEqual(narrow.architectures, ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]);
  assert.equal(narrow.syscalls[0].names.includes("mmap2"), true);
});

Deno.test("an old kernel, where a tracer could slip past the filter, allows no ptrace", () => {
  const names = (minor: number) =>
    resolveSeccomp(defaultSeccompProfile("amd64"), {
      architecture: "amd64",
      imageArchitecture: "amd64",
      kernel: { major: 4, minor },
      capabilities: [],
    }).syscalls.flatMap((rule) => rule.names);
  assert.equal(names(7).includes("ptrace"), false);
  assert.equal(names(8).includes("ptrace"), true);
});
