import assert from "node:assert/strict";
import { containerDevices, splitDeviceNumber } from "./devices.ts";

Deno.test("splitDeviceNumber() takes glibc's numbers apart", () => {
  assert.deepEqual(splitDeviceNumber(0x103), { major: 1, minor: 3 });
  assert.deepEqual(splitDeviceNumber(0x8_01_00 + 0x2), { major: 0x801, minor: 2 });
  // makedev(259, 0x12345): the minor's low byte, the major's twelve bits, then the minor's rest
  assert.deepEqual(splitDeviceNumber(0x12310345), { major: 0x103, minor: 0x12345 });
});

Deno.test("a device of the host has its type, numbers and mode", () => {
  const [node] =
    containerDevices([{ hostPath: "/dev/null", containerPath: "/dev/zip", permissions: "rw" }], false).nodes;
  assert.deepEqual(node, {
    type: "c",
    path: "/dev/zip",
    major: 1,
    minor: 3,
    fileMode: 0o666,
    uid: 0,
    gid: 0,
  });
});

Deno.test("everything is denied first, then allowed one by one", () => {
  const { rules } = containerDevices(
    [{ hostPath: "/dev/null", containerPath: "/dev/zip", permissions: "r" }],
    false,
  );
  assert.deepEqual(rules[0], { allow: false, access: "rwm" });
  assert.deepEqual(rules.at(-1), { allow: true, type: "c", major: 1, minor: 3, access: "r" });
});

Deno.test("a directory stands for the devices in it", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${folder}/sub`);
    const { code } = new Deno.Command("mknod", { args: [`${folder}/sub/one`, "c", "1", "3"] }).outputSync();
    assert.equal(code, 0);
    const { nodes } = containerDevices(
      [{ hostPath: folder, containerPath: "/dev/set", permissions: "rwm" }],
      false,
    );
    assert.deepEqual(nodes.map(({ path }) => path), ["/dev/set/sub/one"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("privileged brings the host's devices, but for those that each container has for itself", () => {
  const { nodes, rules } = containerDevices([], true);
  const paths = nodes.map(({ path }) => path);
  assert.equal(paths.includes("/dev/kmsg"), true);
  assert.deepEqual(paths.filter((path) => /^\/dev\/(pts|shm|console|mqueue)/.test(path)), []);
  assert.deepEqual(rules, [{ allow: true, access: "rwm" }]);
});

Deno.test("what is missing, or no device, is refused", () => {
  const device = (hostPath: string) =>
    containerDevices([{ hostPath, containerPath: "/dev/x", permissions: "r" }], false);
  assert.throws(
    () => device("/dev/nonexistent"),
    /Cannot give device '\/dev\/nonexistent' .*: it does not exist/,
  );
  assert.throws(() => device("/etc/passwd"), /Cannot give '\/etc\/passwd' .*: it is not a device/);
});
