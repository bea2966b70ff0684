import assert from "node:assert/strict";
import { startDnsmasq } from "../src/network/dns/testing/dnsmasq.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { inspectNetwork, makeLink, refused } from "./fixture/networks.ts";
import { BUDGIE } from "./fixture/paths.ts";
import { run, runOk, show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

/** A host whose settings are in no variable, so that a file can say them. */
async function bareHost(): Promise<Host> {
  return await openHost({ images: [], env: { BUDGIE_LOG_MAX_SIZE: "", BUDGIE_CONFIG: "" } });
}

async function readLog(host: Host, name: string): Promise<string> {
  return await host.ok(["inspect", "--format", "{{json .HostConfig.LogConfig.Config}}", name]);
}

Deno.test("a setting of the file holds, until a variable, and then a flag, says otherwise", async () => {
  await using host = await openHost({ env: { BUDGIE_CONFIG: "" } });
  await host.write("budgie.yaml", "log:\n  max_size: 1m\n");
  await host.ok(["create", "--name", "file", "busybox", "true"]);
  assert.match(await readLog(host, "file"), /"max-size":"(1m|1048576)"/);
  const env = { BUDGIE_LOG_MAX_SIZE: "2m" };
  await host.ok(["create", "--name", "variable", "busybox", "true"], { env });
  assert.match(await readLog(host, "variable"), /"max-size":"(2m|2097152)"/);
  await host.ok(["--set", "log.max_size=3m", "create", "--name", "flag", "busybox", "true"], { env });
  assert.match(await readLog(host, "flag"), /"max-size":"(3m|3145728)"/);
  const shown = await host.ok(["--set", "log.max_files=9", "config", "--show-origin"], {
    env: { BUDGIE_RUNTIME: "runc" },
  });
  assert.match(shown, /^ {2}max_size: 1m {2}# file budgie\.yaml:2:13$/m);
  assert.match(shown, /^ {2}max_files: 9 {2}# flag --set$/m);
  assert.match(shown, /^runtime: runc {2}# environment BUDGIE_RUNTIME$/m);
  assert.match(shown, /^ {2}reserve: 128m {2}# default$/m);
  const json = JSON.parse(await host.ok(["config", "--format", "json"]));
  assert.equal(json.log.max_size, "1m");
  assert.deepEqual(json.registries.mirrors, { "docker.io": [`http://${host.registry.address}`] });
});

Deno.test("the data directory and the mirrors may come from the file alone", async () => {
  await using host = await openHost({ images: [] });
  const env = { BUDGIE_DATA_DIR: "", BUDGIE_REGISTRIES_MIRRORS: "" };
  const file = await host.write(
    "my.yaml",
    `data_dir: ./data\nregistries:\n  mirrors:\n    docker.io: http://${host.registry.address}\n`,
  );
  await host.ok(["--config", file, "pull", "-q", "busybox"], { env });
  assert.match(await host.ok(["images"]), /^busybox /m); // where the host's own variable leads
});

Deno.test("the first file that is there counts", async () => {
  await using host = await bareHost();
  const places = [
    ["named.yaml", { BUDGIE_CONFIG: `${host.directory}/named.yaml` }],
    ["budgie.yaml", {}],
    [".budgie/budgie.yaml", {}],
    [".config/budgie/budgie.yaml", {}],
  ] as const;
  await Deno.mkdir(`${host.directory}/.budgie`);
  await Deno.mkdir(`${host.directory}/.config/budgie`, { recursive: true });
  for (const [name] of places) await host.write(name, "");
  const flag = await host.write("flag.yaml", "");
  assert.equal(await host.ok(["--config", flag, "config", "path"], { env: places[0][1] }), flag);
  for (const [name, env] of places) {
    const path = await host.ok(["config", "path"], { env });
    assert.equal(path.replace(`${host.directory}/`, ""), name);
    await Deno.remove(`${host.directory}/${name}`);
  }
  const none = await host.budgie(["config", "path"]);
  assert.equal(none.code, 1, show(none));
  assert.match(none.stderr, /looked for are budgie\.yaml, .*\/etc\/budgie\/budgie\.yaml/);
});

Deno.test("a file that another user may have put there is refused, unless it is named", async () => {
  await using host = await bareHost();
  const path = await host.write("budgie.yaml", "runtime: /bin/false\n");
  await Deno.chown(path, 12345, 12345);
  const foreign = await host.budgie(["ps"]);
  assert.equal(foreign.code, 1, show(foreign));
  assert.match(foreign.stderr, /Cannot use 'budgie\.yaml': it belongs to another user \(12345\)/);
  await Deno.chown(path, 0, 0);
  await Deno.chmod(path, 0o666);
  assert.match((await host.budgie(["ps"])).stderr, /anybody may write to it/);
  await host.ok(["--config", "budgie.yaml", "ps"]);
});

Deno.test("config init, set, get and validate work on one file", async () => {
  await using host = await bareHost();
  const path = `${host.directory}/etc/budgie.yaml`;
  const env = { BUDGIE_CONFIG: path };
  assert.equal(await host.ok(["config", "init", "--path", path]), path);
  const again = await host.budgie(["config", "init"], { env });
  assert.equal(again.code, 1, show(again));
  assert.match(again.stderr, /is there already/);
  const template = await Deno.readTextFile(path);
  await host.ok(["config", "set", "log.max_size", "5m"], { env });
  await host.ok(["config", "set", "registries.insecure", "a.lan:5000,b.lan"], { env });
  assert.equal(await host.ok(["config", "get", "log.max_size"], { env }), "5m");
  assert.equal(await host.ok(["config", "get", "registries.insecure"], { env }), "[ a.lan:5000, b.lan ]");
  const changed = await Deno.readTextFile(path);
  const added = ["  max_size: 5m", "  insecure: [ a.lan:5000, b.lan ]"];
  assert.equal(changed.split("\n").filter((line) => !added.includes(line)).join("\n"), template);
  assert.equal(await host.ok(["config", "validate"], { env }), `${path}: valid`);
  for (const [key, value] of [["log.max_files", "0"], ["log.max_fils", "1"]]) {
    const bad = await host.budgie(["config", "set", key, value], { env });
    assert.equal(bad.code, 125, show(bad));
  }
  assert.equal(await Deno.readTextFile(path), changed);
  await host.ok(["config", "init", "--force"], { env });
  assert.equal(await Deno.readTextFile(path), template);
});

Deno.test("a mistake in the file is said by every command that needs a setting, with line and column", async () => {
  await using host = await bareHost();
  await host.write("budgie.yaml", "log:\n  max_sise: 1m\nruntime: crum\n");
  for (const words of [["ps"], ["config"], ["config", "validate"], ["config", "validate", "budgie.yaml"]]) {
    const result = await host.budgie(words);
    assert.equal(result.code, 1, show(result));
    assert.match(
      result.stderr,
      /^budgie\.yaml:2:3: unknown key 'max_sise' in log; did you mean 'max_size'\?/m,
    );
    assert.match(result.stderr, /^budgie\.yaml:3:10: runtime is 'crum'; expected .* did you mean 'crun'\?/m);
  }
  await host.ok(["version"]); // needs none
  await Deno.remove(`${host.directory}/budgie.yaml`);
});

Deno.test("without a file, four places are looked at and nothing else happens", async () => {
  await using host = await bareHost();
  const traced = `${host.directory}/trace`;
  await runOk(["strace", "-f", "-e", "trace=%file", "-o", traced, BUDGIE, "ps"], {
    env: host.env,
    cwd: host.directory,
  });
  const looks = (await Deno.readTextFile(traced)).match(/"[^"]*budgie\.yaml"/g) ?? [];
  assert.equal(looks.length, 4, looks.join());
});

Deno.test("a daemon that is started elsewhere has the file of the command", async () => {
  await using host = await openHost({ env: { BUDGIE_CONFIG: "" } });
  await host.write("budgie.yaml", "log:\n  max_size: 1m\n");
  await host.ok(["run", "-d", "--name", "c", "busybox", "sleep", "100"]);
  const environment = await Deno.readTextFile(`/proc/${await host.daemon()}/environ`);
  assert.ok(environment.split("\0").includes(`BUDGIE_CONFIG=${host.directory}/budgie.yaml`));
});

Deno.test("a named file that is not there is an error", async () => {
  const result = await run([BUDGIE, "--config", "/nope.yaml", "ps"]);
  assert.equal(result.code, 1, show(result));
  assert.match(result.stderr, /^Error: Cannot read '\/nope\.yaml': there is no such file$/m);
});

Deno.test("a passphrase that everybody may read gives a warning", async () => {
  await using host = await bareHost();
  const file = await host.write("passphrase", "hunter2\n");
  await host.write("budgie.yaml", "secrets:\n  passphrase_file: passphrase\n");
  for (const words of [["ps"], ["config", "validate"], ["config", "validate", "budgie.yaml"]]) {
    await Deno.chmod(file, 0o644);
    const exposed = await host.budgie(words);
    assert.equal(exposed.code, 0, show(exposed));
    assert.equal(
      exposed.stderr,
      `Warning: everybody may read the passphrase in '${file}': chmod 600 ${file}\n`,
    );
    await Deno.chmod(file, 0o600);
    assert.equal((await host.budgie(words)).stderr, "");
  }
  await Deno.remove(`${host.directory}/budgie.yaml`);
});

Deno.test("a variable that no setting has gives a warning, with a guess", async () => {
  await using host = await openHost({ env: { BUDGIE_LOG_MAXSIZE: "1m", BUDGIE_HOME: "here" } });
  const warnings = "Warning: the variable BUDGIE_HOME has no effect: there is no such setting\n" +
    "Warning: the variable BUDGIE_LOG_MAXSIZE has no effect: there is no such setting; " +
    "did you mean BUDGIE_LOG_MAX_SIZE?\n";
  for (const words of [["config"], ["config", "validate"]]) {
    const shown = await host.budgie(words);
    assert.equal(shown.code, 0, show(shown));
    assert.equal(shown.stderr, warnings);
  }
});

Deno.test("stop_timeout holds for containers that say nothing of their own", async () => {
  await using host = await openHost({ env: { BUDGIE_CONFIG: "" } });
  await host.ok([
    "run",
    "-d",
    "--name",
    "c",
    "busybox",
    "sh",
    "-c",
    "trap : TERM; while :; do sleep 1; done",
  ]);
  await host.write("budgie.yaml", "stop_timeout: 0\n");
  const start = performance.now();
  await host.ok(["stop", "c"]);
  assert.ok(performance.now() - start < 9_000);
  assert.equal(await host.ok(["inspect", "--format", "{{.State.ExitCode}}", "c"]), "137");
});

Deno.test("network.pool is where networks get their subnets from, the default one too, until it is used up", async () => {
  await using host = await openHost({ images: [], ownNetwork: true, env: { BUDGIE_CONFIG: "" } });
  await host.write(
    "budgie.yaml",
    "network:\n  subnet: 10.99.0.0/20\n  pool: [10.200.0.0/23:24, 10.77.0.0/16]\n",
  );
  await makeLink(host, "lan0", "10.99.3.1/24");
  const first = await host.budgie(["network", "create", "a"]);
  assert.equal(first.code, 0, show(first));
  assert.match(
    first.stderr,
    /the default network has the subnet 10\.200\.0\.0\/24 instead of 10\.99\.0\.0\/20/,
  );
  await host.ok(["network", "create", "b"]);
  const subnets = await Promise.all(["budgie0", "a", "b"].map((name) => inspectNetwork(host, name)));
  assert.deepEqual(subnets.map(({ IPAM }) => IPAM.Config[0].Subnet), [
    "10.200.0.0/24",
    "10.200.1.0/24",
    "10.77.0.0/16",
  ]);
  await refused(host, ["network", "create", "c"], {
    code: 1,
    message: /have all of network\.pool, which is 10\.200\.0\.0\/23:24, 10\.77\.0\.0\/16\nhint: .*--subnet/,
  });
  await host.ok(["network", "create", "--subnet", "10.78.0.0/24", "c"]);
  await host.ok(["--set", "network.pool=10.79.0.0/16", "network", "create", "d"]);
  const env = { BUDGIE_NETWORK_POOL: "10.80.0.1/16" };
  const wrong = await host.budgie(["network", "create", "e"], { env });
  assert.equal(wrong.code, 125, show(wrong));
  assert.match(wrong.stderr, /\(BUDGIE_NETWORK_POOL\)\nhint: Write 10\.80\.0\.0\/16/);
});

Deno.test("dns.servers, dns.search and dns.options hold for containers that say nothing of their own", async () => {
  await using host = await openHost({
    ownNetwork: true,
    env: { BUDGIE_CONFIG: "", BUDGIE_NETWORK_DEFAULT: "" },
  });
  const records = ["--address=/far.example/203.0.113.7"];
  await using _server = await startDnsmasq("127.0.0.9", 53, records, host.inNetwork([]));
  await host.write(
    "budgie.yaml",
    "dns:\n  servers: [127.0.0.9]\n  search: [corp.example]\n  options: [timeout:1]\n",
  );
  await host.write(
    "c.bun",
    "version: '1.0'\nname: bun\nimage: { docker_image: busybox, command: [sleep, '1000'] }\n",
  );
  await host.ok(["run", "-d", "c.bun"]);
  // By budgie's own name server, which asks the one of the file.
  assert.match(await host.ok(["exec", "bun", "nslookup", "-type=a", "far.example"]), /203\.0\.113\.7/);
  const file = await host.ok(["exec", "bun", "cat", "/etc/resolv.conf"]);
  assert.match(file, /^nameserver 172\.20\.0\.1\nsearch corp\.example\noptions timeout:1 ndots:0$/);

  const shown = (...flags: string[]) =>
    host.ok(["run", "--rm", ...flags, "busybox", "cat", "/etc/resolv.conf"]);
  const expected = "nameserver 127.0.0.9\nsearch corp.example\noptions timeout:1";
  assert.equal(await shown("--network", "none"), expected);
  assert.equal(await shown("--network", "host"), expected);
  assert.equal(
    await shown("--network", "none", "--dns", "9.9.9.9", "--dns-search", "."),
    "nameserver 9.9.9.9\noptions timeout:1",
  );
  assert.equal(await shown("--network", "container:bun"), file);

  // What a container was created with stays.
  await Deno.remove(`${host.directory}/budgie.yaml`);
  await host.ok(["restart", "-t", "0", "bun"]);
  assert.equal(
    await host.ok(["inspect", "-f", "{{.HostConfig.Dns}} {{.HostConfig.DnsSearch}}", "bun"]),
    "[127.0.0.9] [corp.example]",
  );
  assert.equal(await host.ok(["exec", "bun", "cat", "/etc/resolv.conf"]), file);
});

Deno.test("what is not there yet is said where it is set, where it is checked, and by the daemon, not by others", async () => {
  await using host = await bareHost();
  const file = await host.write("budgie.yaml", "discovery:\n  enabled: false\n");
  const warning = "sync.port has no effect yet: what it is for comes with a later release";
  const set = await host.budgie(["config", "set", "sync.port", "18800"]);
  assert.deepEqual([set.code, set.stdout, set.stderr], [0, "", `Warning: ${warning}\n`]);
  const listen = { BUDGIE_DASHBOARD_LISTEN: "[::1]:80" };
  const checked = await host.budgie(["config", "validate"], { env: listen });
  assert.equal(checked.code, 0, show(checked));
  assert.equal(
    checked.stderr,
    `Warning: ${warning} (file budgie.yaml:4:9)\n` +
      `Warning: dashboard.listen${warning.slice("sync.port".length)} (environment BUDGIE_DASHBOARD_LISTEN)\n`,
  );
  const named = await host.budgie(["config", "validate", file], { env: listen });
  assert.equal(named.stderr, `Warning: ${warning} (file ${file}:4:9)\n`);
  assert.equal((await host.budgie(["ps"], { env: listen })).stderr, "");

  await using daemon = host.spawn(["daemon"]);
  const said = new Response(daemon.stderr).text();
  await eventually("the daemon runs", () => host.daemon());
  await host.ok(["daemon", "stop"]);
  const lines = (await said).split("\n").filter((line) => line.includes("Warning"));
  assert.deepEqual(lines.map((line) => line.replace(/^\S+ /, "")), [`Warning: ${warning}`]);
  await daemon.stdout.cancel();
  await Deno.remove(file);
});

Deno.test("settings with one value say why there is no other", async () => {
  await using host = await bareHost();
  const cgroups = await host.budgie(["ps"], { env: { BUDGIE_CGROUP_MANAGER: "systemd" } });
  assert.equal(cgroups.code, 125, show(cgroups));
  assert.match(
    cgroups.stderr,
    /^Error: Cannot use BUDGIE_CGROUP_MANAGER='systemd': it is cgroupfs; .* leave the key out$/m,
  );
  const secrets = await host.budgie(["secret", "ls"], { env: { BUDGIE_SECRETS_BACKEND: "vault" } });
  assert.equal(secrets.code, 125, show(secrets));
  assert.match(secrets.stderr, /^Error: Cannot use BUDGIE_SECRETS_BACKEND='vault': it is file; /m);
  await host.ok(["secret", "ls"], {
    env: { BUDGIE_SECRETS_BACKEND: "file", BUDGIE_CGROUP_MANAGER: "cgroupfs" },
  });
});

Deno.test("what is no file to read is refused at once, and a pipe that was not named is none", async () => {
  await using host = await bareHost();
  await Deno.mkdir(`${host.directory}/folder`);
  await runOk(["mkfifo", `${host.directory}/pipe`, `${host.directory}/budgie.yaml`]);
  await Deno.writeFile(`${host.directory}/binary`, new Uint8Array([0x72, 0xff, 0xfe]));
  await host.write("huge", "#".repeat(1024 ** 2 + 1));
  const cases = {
    folder: /^Error: Cannot read 'folder': it is a directory$/m,
    pipe: /^Error: Cannot use 'pipe': it is a pipe, and a daemon reads the configuration again$/m,
    binary: /^Error: Cannot read 'binary': it is not a text file in UTF-8$/m,
    huge: /^Error: Cannot read 'huge': it is larger than 1 MiB$/m,
  };
  for (const [file, message] of Object.entries(cases)) {
    const result = await host.budgie(["--config", file, "ps"], { timeoutMs: 10_000 });
    assert.equal(result.code, 1, show(result));
    assert.match(result.stderr, message);
  }
  const none = await host.budgie(["config", "path"], { timeoutMs: 10_000 });
  assert.match(none.stderr, /^Error: Cannot find a configuration file/m);
  assert.equal(await host.ok(["--config", "/dev/null", "config", "get", "runtime"]), "runc"); // the variable's
});

Deno.test("config set leaves whose the file is and who may read it, or says why it can't be written", async () => {
  await using host = await bareHost();
  const path = await host.write("mine.yaml", "runtime: &r runc\nnetwork: { default: *r }\n");
  await Deno.chmod(path, 0o640);
  await Deno.chown(path, 12345, 12346);
  await Deno.symlink("mine.yaml", `${host.directory}/link.yaml`);
  const set = (file: string, ...words: string[]) =>
    host.budgie(["--config", file, "config", "set", ...words]);
  assert.equal((await set("link.yaml", "stop_timeout", "5")).code, 0);
  const { uid, gid, mode } = await Deno.stat(path);
  assert.deepEqual([uid, gid, mode! & 0o777], [12345, 12346, 0o640]);
  assert.ok((await Deno.lstat(`${host.directory}/link.yaml`)).isSymlink);

  const text = await Deno.readTextFile(path);
  const needed = await set(path, "runtime", "crun");
  assert.equal(needed.code, 1, show(needed));
  assert.match(
    needed.stderr,
    /^Error: Cannot set runtime in '.*': another line depends on it: \*r has no &r/m,
  );
  assert.equal(await Deno.readTextFile(path), text);

  await runOk(["mknod", `${host.directory}/null`, "c", "1", "3"]);
  assert.match(
    (await set("null", "runtime", "crun")).stderr,
    /^Error: Cannot write 'null': it is no regular file$/m,
  );
  assert.ok((await Deno.stat(`${host.directory}/null`)).isCharDevice);
  const nowhere = await host.budgie(["config", "init", "--path", "/proc/nope/b.yaml"]);
  assert.equal(nowhere.code, 1, show(nowhere));
  assert.match(nowhere.stderr, /^Error: Cannot write '\/proc\/nope\/b\.yaml': no such file or directory$/m);

  // A full disk, and one that can only be read, in a mount namespace of their own.
  const script = `mount -t tmpfs -o size=16k tmpfs full && cp "$1" full/b.yaml
    dd if=/dev/zero of=full/fill 2>/dev/null; "$0" --config full/b.yaml config set runtime crun
    rm full/fill; cmp "$1" full/b.yaml && ls full; mount -o remount,ro full
    "$0" --config full/b.yaml config set stop_timeout 6`;
  await Deno.mkdir(`${host.directory}/full`);
  const plain = await host.write("plain.yaml", "runtime: runc\n");
  const full = await run(["unshare", "-m", "sh", "-c", script, BUDGIE, plain], {
    cwd: host.directory,
    env: host.env,
  });
  assert.equal(
    full.stderr,
    "Error: Cannot write 'full/b.yaml': no space left on device\n" +
      "Error: Cannot write 'full/b.yaml': read-only file system\n",
  );
  assert.equal(full.stdout, "b.yaml\n"); // as it was, and nothing beside it
});
