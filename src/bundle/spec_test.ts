import assert from "node:assert/strict";
import { buildSpec, type SpecInputs } from "./spec.ts";

const INPUTS: SpecInputs = {
  id: "c".repeat(64),
  args: ["sh"],
  environment: ["PATH=/bin"],
  workdir: "/",
  user: { uid: 0, gid: 0, additionalGids: [0], home: "/root" },
  hostname: "bird",
  tty: false,
  capabilities: ["CAP_CHOWN"],
  noNewPrivileges: false,
  rlimits: [],
  readOnly: false,
  mounts: [],
  devices: { nodes: [], rules: [{ allow: false, access: "rwm" }] },
  limits: { pids: { limit: 5 } },
  sysctls: {},
  network: "none",
  cgroupVersion: 1,
  maskedPaths: [],
  readonlyPaths: [],
};

function build(inputs: Partial<SpecInputs> = {}) {
  return buildSpec({ ...INPUTS, ...inputs });
}

function namespaces(inputs: Partial<SpecInputs>): string[] {
  return build(inputs).linux.namespaces.map(({ type }) => type).sort();
}

Deno.test("a container has namespaces of its own; of cgroups only on cgroup v2", () => {
  assert.deepEqual(namespaces({}), ["ipc", "mount", "network", "pid", "uts"]);
  assert.deepEqual(namespaces({ cgroupVersion: 2 }), ["cgroup", "ipc", "mount", "network", "pid", "uts"]);
});

Deno.test("the host's network is no namespace, and one made before is joined by its path", () => {
  assert.equal(namespaces({ network: "host" }).includes("network"), false);
  const joined = build({ networkNamespacePath: "/run/netns/x" }).linux.namespaces;
  assert.deepEqual(joined.find(({ type }) => type === "network"), { type: "network", path: "/run/netns/x" });
});

Deno.test("the process knows its hostname, home and terminal, unless the image or the user says otherwise", () => {
  assert.deepEqual(build().process.env, ["HOSTNAME=bird", "HOME=/root", "PATH=/bin"]);
  assert.deepEqual(build({ tty: true, environment: ["HOME=/h"] }).process.env, [
    "HOSTNAME=bird",
    "TERM=xterm",
    "HOME=/h",
  ]);
  assert.deepEqual(build({ tty: true, environment: ["TERM=vt100"] }).process.env[2], "TERM=vt100");
});

Deno.test("the size of the console is given only with a terminal", () => {
  const consoleSize = { height: 24, width: 80 };
  assert.deepEqual(build({ tty: true, consoleSize }).process.consoleSize, consoleSize);
  assert.equal(build({ consoleSize }).process.consoleSize, undefined);
});

Deno.test("limits and device rules are together the resources", () => {
  assert.deepEqual(build().linux.resources, {
    devices: [{ allow: false, access: "rwm" }],
    pids: { limit: 5 },
  });
});

Deno.test("a shared or slave mount opens the propagation of the rootfs", () => {
  const propagation = (option: string) =>
    build({ mounts: [{ destination: "/x", type: "bind", source: "/x", options: ["rbind", option] }] }).linux
      .rootfsPropagation;
  assert.deepEqual(["rprivate", "rslave", "rshared"].map(propagation), [undefined, "rslave", "shared"]);
});
