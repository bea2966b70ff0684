import assert from "node:assert/strict";
import { containerSysctls } from "./sysctls.ts";

Deno.test("settings of the container's own namespaces are accepted", () => {
  for (
    const name of ["kernel.shmmax", "kernel.msgmni", "kernel.sem", "fs.mqueue.msg_max", "net.ipv4.ip_forward"]
  ) {
    assert.equal(containerSysctls({ [name]: "1" }, "none")[name], "1");
  }
});

Deno.test("settings of the whole machine are refused", () => {
  for (const name of ["kernel.hostname", "kernel.core_pattern", "vm.swappiness", "fs.file-max", "network"]) {
    assert.throws(() => containerSysctls({ [name]: "1" }, "none"), /it belongs to the whole machine/);
  }
  assert.throws(
    () => containerSysctls({ "net.ipv4.ip_forward": "1" }, "host"),
    /the container has the host's network/,
  );
});

Deno.test("a name can't lead elsewhere in /proc/sys", () => {
  assert.throws(() => containerSysctls({ "net.../../kernel/core_pattern": "1" }, "none"), /not a name/);
});

Deno.test("a network of its own lets everybody ping and listen on low ports, unless said otherwise", () => {
  assert.deepEqual(containerSysctls({ "net.ipv4.ip_unprivileged_port_start": "1024" }, "none"), {
    "net.ipv4.ping_group_range": "0 2147483647",
    "net.ipv4.ip_unprivileged_port_start": "1024",
  });
  assert.deepEqual(containerSysctls({}, "host"), {});
});
