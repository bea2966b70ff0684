/** Every key of a .bun file: honoured, as the container sees it, or refused by name. */
import assert from "node:assert/strict";
import { runInBackground } from "./fixture/background.ts";
import { openHost } from "./fixture/host.ts";
import { ROOT } from "./fixture/paths.ts";
import { show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

const HONOURED = `version: "1.0"
name: w # one letter is a name
image:
  docker_image: configured
  entrypoint: sh
  command: [/rel/look.sh, "two words"]
  workdir: /new/folder
  platform: linux/\${ARCHITECTURE}
  pull_policy: never
volumes:
  - source: ./rel
    target: /rel
    mode: ro
  - cache:/data
  - other:/plain
  - /anonymous
environment:
  FROM_ENVIRONMENT: both
  FROM_HOST:
  INTERPOLATED: \${UNSET:-default}
  ESCAPED: $$x
  TWO_LINES: "a\\nb"
env_file: [one.env, two.env]
healthcheck: {command: ["true"], interval: 1h, on_unhealthy: none}
restart_policy: on-failure:3
depends_on: {first: {condition: completed}}
stop_timeout: 30s
stop_signal: SIGUSR2
log: {max_size: 100k, max_files: 2}
replicas: {min: 1, max: 1}
resources:
  cpu_quota: 50000
  cpu_period: 100000
  cpu_shares: 1024
  cpuset: "0"
  memory_limit: 64m
  memory_swap: 64m
  memory_reservation: 32m
  pids_limit: 55
user: worker:extra
hostname: box
read_only: true
tmpfs: ["/tmp:size=3m,mode=1770", /run]
cap_add: [NET_ADMIN]
cap_drop: [CHOWN]
privileged: false
security_opt: [no-new-privileges]
devices: ["/dev/zero:/dev/mine:r"]
ulimits: {nofile: {soft: 100, hard: 200}, core: 0}
sysctls: {net.core.somaxconn: 777}
shm_size: 7m
init: true
labels: {tier: front, "org.example/a": b=c}
network: none
tty: false
stdin_open: true
`;

// The names of cgroup v1, then of v2.
const LOOK = `say() { echo "$1=$2"; }
one() { cat "$@" 2>/dev/null | head -n 1; }
say arguments "$*"; say user "$(id)"; say folder "$PWD"; say hostname "$(hostname)"
say environment "$FROM_ENVIRONMENT $FROM_HOST $INTERPOLATED $ESCAPED $(echo "$TWO_LINES" | wc -l)"
say files "$FIRST $BOTH $QUOTED"
say image "$GREETING $(cat /data/seed)"
say relative "$(cat /rel/page)"; say anonymous "$(ls -A /anonymous | wc -l)"
say read-only "$(touch /x 2>/dev/null || echo root) $(touch /rel/x 2>/dev/null || echo rel)"
say tmpfs "$(grep -o ' /tmp tmpfs.*' /proc/mounts)"; say run "$(touch /run/x && echo writable)"
say shm "$(df -k /dev/shm | tail -n 1 | awk '{print $2}')"
say bounding "$(grep CapBnd /proc/self/status | cut -f 2)"
say privileges "$(grep NoNewPrivs /proc/self/status | cut -f 2) $(grep Seccomp: /proc/self/status | cut -f 2)"
say device "$(head -c 4 /dev/mine | wc -c)"
say limits "$(ulimit -Sn) $(ulimit -Hn) $(ulimit -c)"
say sysctl "$(cat /proc/sys/net/core/somaxconn)"; say init "$(cat /proc/1/comm)"
say network "$(ls /sys/class/net | tr '\\n' ' ')"
cd /sys/fs/cgroup
say quota "$(one cpu/cpu.cfs_quota_us cpu.max | cut -d ' ' -f 1)"
say cpus "$(one cpuset/cpuset.cpus cpuset.cpus)"
say memory "$(one memory/memory.limit_in_bytes memory.max)"
say reservation "$(one memory/memory.soft_limit_in_bytes memory.low)"
say pids "$(one pids/pids.max pids.max)"
say input "$(wc -c)"
trap 'echo told; exit 9' USR2
echo ready
while :; do sleep 0.1; done
`;

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`run FILE.bun honours every key there is (${runtime})`, async () => {
    await using host = await openHost({
      runtime,
      images: ["configured"],
      env: { FROM_HOST: "host", ARCHITECTURE: Deno.build.arch === "aarch64" ? "arm64" : "amd64" },
    });
    await Deno.mkdir(`${host.directory}/rel`);
    await host.write("rel/page", "hello\n");
    await host.write("rel/look.sh", LOOK);
    await host.write("one.env", "# comment\nFIRST=one\nBOTH=one\nFROM_ENVIRONMENT=file\nQUOTED='a  b'\n");
    await host.write("two.env", "BOTH=two\n");
    await host.ok(["run", "--name", "first", "--entrypoint", "true", "configured"]);
    const file = await host.write("all.bun", HONOURED);
    await using container = await runInBackground(host, [file]);

    const seen = await eventually("the container has looked around", async () => {
      const { stdout } = await host.budgie(["logs", "w"]);
      return stdout.endsWith("ready\n") && stdout;
    });
    const found = Object.fromEntries(
      seen.trim().split("\n").map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1)]),
    );
    const { bounding, tmpfs, ...rest } = found;
    assert.deepEqual(rest, {
      arguments: "two words",
      user: "uid=1234(worker) gid=77(extra) groups=77(extra)",
      folder: "/new/folder",
      hostname: "box",
      environment: "both host default $x 2",
      files: "one two a  b",
      image: "hello from the image",
      relative: "hello",
      anonymous: "0",
      "read-only": "root rel",
      run: "writable",
      shm: String(7 * 1024),
      privileges: "1 2",
      device: "4",
      limits: "100 200 0",
      sysctl: "777",
      init: "init",
      network: "lo ",
      quota: "50000",
      cpus: "0",
      memory: String(64 * 1024 ** 2),
      reservation: String(32 * 1024 ** 2),
      pids: "55",
      input: "0",
      ready: "ready",
    });
    // Docker's set, with NET_ADMIN (bit 12) and without CHOWN (bit 0).
    assert.equal(BigInt(`0x${bounding}`), (0xa80425fbn | 1n << 12n) & ~1n);
    assert.match(tmpfs, /size=3072k,mode=1770/);

    const format =
      "{{.Config.Labels}} {{.Config.OpenStdin}} {{.Config.Tty}} {{.Budgie.BunFile}} {{.HostConfig.LogConfig.Config}}";
    assert.equal(
      await host.ok(["inspect", "--format", format, "w"]),
      `map[org.example.purpose:tests org.example/a:b=c tier:front] true false ${file} map[max-file:2 max-size:100k]`,
    );
    assert.equal(
      await host.ok(["inspect", "--format", "{{json .HostConfig.RestartPolicy}}", "w"]),
      '{"Name":"on-failure","MaximumRetryCount":3}',
    );
    const { containers } = JSON.parse(await Deno.readTextFile(`${host.data}/state.json`));
    const { healthcheck, dependsOn } = containers[container.id].options;
    assert.deepEqual(healthcheck.probe, { type: "command", test: ["CMD", "true"] });
    assert.deepEqual(dependsOn, [{ name: "first", condition: "completed", restart: false }]);
    await host.ok(["stop", "w"]); // by stop_signal
    const { code, stdout } = await container.ended;
    assert.deepEqual([code, stdout.endsWith("told\n")], [9, true]);
    await host.ok(["rm", "-v", "w"]);
  });
}

/** What others see of a container, and it of them: `create` keeps it, and the tests of networks say what it does. */
const NETWORKED = `version: "1.0"
name: web
image: configured
ports: ["8080:80", {container_port: 53, protocol: udp, publish: host}]
expose: [90]
scale: 1
balance: source
networks: {front: {ip: 172.29.7.9, aliases: [www]}}
allow_host: true
dns: [9.9.9.9]
dns_search: [example.com]
dns_options: [ndots:2]
extra_hosts: {printer: 192.168.1.20}
`;

Deno.test("create FILE.bun keeps every key about the network", async () => {
  await using host = await openHost({ images: ["configured"] });
  await host.ok(["network", "create", "--subnet", "172.29.7.0/24", "front"]);
  const file = await host.write("net.bun", NETWORKED);
  const id = (await host.ok(["create", file])).trim();
  const { containers } = JSON.parse(await Deno.readTextFile(`${host.data}/state.json`));
  const { name, options, endpoints } = containers[id];
  assert.deepEqual([name, options.balance], ["web-1", { group: "web", method: "source" }]);
  assert.deepEqual(options.ports, [
    { containerPort: 80, protocol: "tcp", hostPort: { from: 8080, to: 8080 }, reach: "lan" },
    { containerPort: 53, protocol: "udp", reach: "host" },
  ]);
  assert.deepEqual([endpoints[0].addresses, endpoints[0].aliases], [["172.29.7.9"], ["www", "web"]]);
  assert.deepEqual([options.expose, options.allowHost, options.dns], [["90/tcp"], true, ["9.9.9.9"]]);
  assert.deepEqual([options.dnsSearch, options.dnsOptions], [["example.com"], ["ndots:2"]]);
  assert.deepEqual(options.extraHosts, [{ name: "printer", address: "192.168.1.20" }]);
});

/** What is read and checked, and left for later, each with what it has to be refused for. */
const REFUSED = {
  // This is honoured for some values only.
  replicas: "{min: 2, max: 3}",
};

Deno.test("run FILE.bun refuses what is not supported yet, where it stands, and makes nothing", async () => {
  await using host = await openHost({ images: [] });
  for (const [key, value] of Object.entries(REFUSED)) {
    const file = await host.write("later.bun", `version: "1.0"\nimage: busybox\n${key}: ${value}\n`);
    const result = await host.budgie(["run", file]);
    assert.equal(result.code, 125, `${key}: ${show(result)}`);
    assert.match(result.stderr, new RegExp(`later\\.bun:3:1: '${key}' is not supported yet`));
    await host.ok(["validate", file]);
  }
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

Deno.test("every key of the format is in one of these tests", async () => {
  const { properties } = JSON.parse(await Deno.readTextFile(`${ROOT}/docs/bun.schema.json`));
  const honoured = `${HONOURED}${NETWORKED}`;
  const tested = new Set([...honoured.matchAll(/^(\w+):/gm)].map(([, key]) => key));
  tested.add("secrets"); // secret_test.ts
  for (const key of Object.keys(REFUSED)) tested.add(key);
  assert.deepEqual(Object.keys(properties).filter((key) => !tested.has(key)), []);
});

Deno.test("run FILE.bun kills after stop_timeout what does not listen", async () => {
  await using host = await openHost();
  const file = await host.write(
    "deaf.bun",
    'version: "1.0"\nname: deaf\nstop_timeout: 1\nprivileged: true\nimage: {docker_image: busybox, command: sleep 1000}\n',
  );
  await using container = await runInBackground(host, [file]);
  assert.match(await host.ok(["exec", "deaf", "grep", "Seccomp:", "/proc/1/status"]), /\t0$/); // privileged
  const start = Date.now();
  await host.ok(["stop", "deaf"]);
  const took = Date.now() - start;
  assert.ok(took >= 1000 && took < 9000, `${took} ms`);
  assert.equal((await container.ended).code, 137);
});

Deno.test("run FILE.bun with tty and stdin_open gives the container the terminal", async () => {
  await using host = await openHost();
  const file = await host.write(
    "shell.bun",
    'version: "1.0"\ntty: true\nstdin_open: true\nimage: {docker_image: busybox, command: sh}\n',
  );
  await using terminal = await host.terminal(["run", "--rm", file]);
  await terminal.until(/[#$] /);
  await terminal.type("tty && echo is''-a-tty; exit 6\r");
  await terminal.until("is-a-tty");
  assert.equal(await terminal.ended, 6);
});

Deno.test("run FILE.bun takes the platform and the pull policy that the file names", async () => {
  await using host = await openHost({ images: [] });
  const describe = (policy: string) =>
    `version: "1.0"\nname: old\nimage: {docker_image: multi, platform: linux/arm/v7, pull_policy: ${policy}, command: "true"}\n`;
  const never = await host.budgie(["run", await host.write("never.bun", describe("never"))]);
  assert.equal(never.code, 125, show(never));
  await host.budgie(["run", await host.write("always.bun", describe("always"))]); // whatever this machine makes of it
  const format = "{{.Config.Labels.platform}}";
  assert.equal(await host.ok(["inspect", "--format", format, "old"]), "arm/v7");
});

Deno.test("run of a .bun file that is not there says so, and asks no registry", async () => {
  await using host = await openHost({ images: [] });
  for (const name of ["web.bun", "./web.bun", `${host.directory}/web.bun`]) {
    const result = await host.budgie(["run", name]);
    assert.deepEqual(result, {
      code: 125,
      stdout: "",
      stderr: `Error: Cannot read '${name}': there is no such file\n`,
    });
  }
});

Deno.test("flags beside FILE.bun change this run, and the others are refused", async () => {
  await using host = await openHost();
  const file = await host.write(
    "web.bun",
    'version: "1.0"\nname: web\nenvironment: {A: file, B: file}\nlabels: {a: file}\n' +
      'image: {docker_image: busybox, command: [sh, -c, "echo $A $B"]}\n',
  );
  assert.equal(await host.ok(["run", "--rm", "-e", "A=flag", file]), "flag file");
  assert.equal(await host.ok(["run", "--name", "other", "-l", "a=flag", file, "echo", "command"]), "command");
  assert.equal(
    await host.ok(["inspect", "-f", "{{.Name}} {{.Config.Labels.a}}", "other"]),
    "/other flag",
  );
  const refused = await host.budgie(["run", "--memory", "64m", file]);
  assert.equal(refused.code, 125, show(refused));
  assert.match(refused.stderr, /--memory beside '.*web\.bun'/);
});
