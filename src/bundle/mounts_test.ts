import assert from "node:assert/strict";
import { combineMounts, defaultMounts, fileMount, userMount } from "./mounts.ts";

const SOURCE = { path: "/src", isDirectory: true, recursiveReadOnly: true };

function bind(target: string, more: Record<string, unknown> = {}) {
  return userMount({ type: "bind", source: "/src", target, readOnly: false, ...more }, SOURCE);
}

function destinations(...targets: string[]): string[] {
  const system = defaultMounts({ privileged: false });
  const files = [fileMount("/f", "/etc/hosts", { readOnly: false })];
  const user = targets.map((target) => bind(target));
  return combineMounts({ system, files, user }).map(({ destination }) => destination);
}

Deno.test("mounts come after the system's, outer ones first", () => {
  assert.deepEqual(destinations("/a/b/c", "/z", "/a/b").slice(-4), ["/z", "/etc/hosts", "/a/b", "/a/b/c"]);
});

Deno.test("our files are mounted into a directory of the user's", () => {
  assert.deepEqual(destinations("/etc").slice(-2), ["/etc", "/etc/hosts"]);
});

Deno.test("a mount of the user's takes the place of the default one", () => {
  assert.equal(destinations("/etc//hosts/").filter((path) => path === "/etc/hosts").length, 1);
  assert.deepEqual(destinations("/dev").filter((path) => path.startsWith("/dev")), ["/dev"]);
});

Deno.test("propagation and read-only are options, recursive where the kernel can", () => {
  assert.deepEqual(bind("/a").options, ["rbind", "rprivate"]);
  assert.deepEqual(bind("/a", { readOnly: true, propagation: "rslave" }).options, ["rbind", "rslave", "rro"]);
  const old = userMount({ type: "bind", source: "/src", target: "/a", readOnly: true }, {
    ...SOURCE,
    recursiveReadOnly: false,
  });
  assert.deepEqual(old.options, ["rbind", "rprivate", "ro"]);
});

Deno.test("a tmpfs runs no programs, and has size and mode as given", () => {
  const options = {
    type: "tmpfs" as const,
    source: "",
    target: "/t",
    readOnly: true,
    sizeBytes: 4096,
    mode: 0o1770,
  };
  assert.deepEqual(userMount(options, SOURCE).options, [
    ...["noexec", "nosuid", "nodev", "rprivate", "ro", "size=4096", "mode=1770"],
  ]);
});

Deno.test("/sys and its cgroups are read-only, but for a privileged container", () => {
  const readOnly = (privileged: boolean) =>
    defaultMounts({ privileged }).filter(({ options }) => options.includes("ro")).map(({ destination }) =>
      destination
    );
  assert.deepEqual([readOnly(false), readOnly(true)], [["/sys", "/sys/fs/cgroup"], []]);
});
