import assert from "node:assert/strict";
import { applyConfig } from "./apply.ts";
import { withSetting } from "./edit.ts";
import { checkedText, effectiveConfig, settingNamed } from "./effective.ts";
import { effectiveYaml } from "./print.ts";
import { ConfigFileError, parseConfig } from "./read.ts";
import { SETTINGS } from "./settings.ts";
import { configTemplate } from "./template.ts";
import { writeExample } from "../yaml/reference.ts";

const NO_FLAGS = { set: new Map<string, string>() };

function texts(text: string): Record<string, string> {
  const values = parseConfig(text, { path: "/srv/budgie.yaml", env: { LAN: "10.0.0.0" } });
  return Object.fromEntries([...values].map(([name, { text }]) => [name, text]));
}

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, { path: "b.yaml", env: {} });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigFileError, String(error));
    return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
  }
}

Deno.test("a file's values become the texts of their variables", () => {
  assert.deepEqual(
    texts(`
data_dir: ./data
log: { max_size: 1m }
network:
registries:
  mirrors:
    docker.io: [https://one/, "https://two/x"]
    ghcr.io: https://three
  insecure: [a:5000, b]
images:
  max_ratio: 300
`),
    {
      "data_dir": "/srv/data",
      "log.max_size": "1m",
      "registries.mirrors": "docker.io=https://one,https://two/x;ghcr.io=https://three",
      "registries.insecure": "a:5000,b",
      "images.max_ratio": "300",
    },
  );
});

Deno.test("an empty file, and one of comments, says nothing", () => {
  for (const text of ["", "# nothing\n", configTemplate()]) assert.deepEqual(texts(text), {});
});

Deno.test("every mistake of a file is reported where it stands", () => {
  assert.deepEqual(
    problemsOf("log:\n  max_sise: 1m\n  max_files: 1000\nruntime: crum\nroot: /x\nnetwork: [a]\ndata_dir:\n"),
    [
      "2:3: unknown key 'max_sise' in log; did you mean 'max_size'? The keys are max_size, max_files",
      "3:14: log.max_files is '1000'; expected a whole number from 1 to 100",
      "4:10: runtime is 'crum'; expected auto, crun, runc, or an absolute path; did you mean 'crun'?",
      "5:1: unknown key 'root'; write data_dir",
      "6:10: network is a list; expected a map of default, subnet, pool",
      "7:10: data_dir has no value; expected a path of this host",
    ],
  );
  assert.deepEqual(problemsOf("--- {}\n--- {}\n"), ["2:5: a second document; the configuration is one"]);
});

Deno.test("values that could be none of a host are refused with what may be written", () => {
  const pool =
    "expected an IPv4 subnet, such as 10.77.0.0/16, or all of one size in a range, such as 10.200.0.0/16:24";
  const cases = {
    "network: { subnet: 172.20.5.0/16 }":
      "1:20: network.subnet is '172.20.5.0/16'; expected the first address of an IPv4 subnet and its prefix length, such as 172.20.0.0/16",
    "network: { subnet: 'fd00::/64' }":
      "1:20: network.subnet is 'fd00::/64'; expected the first address of an IPv4 subnet and its prefix length, such as 172.20.0.0/16",
    "network: { pool: [10.0.0.0/8, 10.200.0.0/16:31] }":
      `1:31: network.pool[1] is '10.200.0.0/16:31'; ${pool}`,
    "network: { pool: [{ base: 10.0.0.0/8, size: 24 }] }": `1:19: network.pool[0] is a map; ${pool}`,
    "network: { pool: [] }":
      "1:18: network.pool is empty; expected a list of IPv4 subnets and ranges of them, or no such key",
    "network: { pool: [10.77.0.0/16, 10.77.0.0/16] }": "1:33: network.pool[1] repeats 10.77.0.0/16 of line 1",
    "dns: { servers: [9.9.9.9, dns.example] }":
      "1:27: dns.servers[1] is 'dns.example'; expected an IP address",
    "dns: { options: ['ndots:1 rotate'] }": "1:18: dns.options[0] is 'ndots:1 rotate'; expected one word",
    "secrets: { backend: vault }":
      "1:21: secrets.backend is 'vault'; expected file; values are encrypted, each in a file of the data directory, and kept nowhere else; leave the key out",
    "dashboard: { listen: '::1:80' }":
      "1:22: dashboard.listen is '::1:80'; expected an IP address and a port, as 127.0.0.1:8080 or [::1]:8080",
    "discovery: { enabled: yes }": "1:23: discovery.enabled is 'yes'; expected true or false",
    "default-address-pools: []":
      "1:1: unknown key 'default-address-pools'; write it in network, without base and size: network: { pool: [10.200.0.0/16:24] }",
  };
  for (const [text, problem] of Object.entries(cases)) assert.deepEqual(problemsOf(text), [problem], text);
  assert.match(
    problemsOf("cgroup_manager: systemd")[0],
    /^1:17: .* expected cgroupfs; the OCI runtime makes .* out$/,
  );
});

Deno.test("a password in a mirror's URL is refused and not repeated", () => {
  const [problem] = problemsOf("registries: { mirrors: { docker.io: 'https://me:hunter2@m' } }\n");
  assert.match(problem, /without a user name/);
  assert.ok(!problem.includes("hunter2"));
});

Deno.test("config init's text has every key, and each of them can be taken out of its comment", () => {
  const taken = configTemplate().replace(/^(\s*)#(?! )/gm, "$1").replace(/^(\s*)#(?= {2})/gm, "$1");
  assert.deepEqual(Object.keys(texts(taken)).sort(), SETTINGS.map(({ name }) => name).sort());
});

for (const { name, path, key } of SETTINGS) {
  Deno.test(`the example of ${name} is good, and says in a sentence what it is for`, () => {
    const text = path.reduceRight((inner, step) => writeExample(step, inner), key.example);
    assert.deepEqual(Object.keys(texts(text)), [name]);
    assert.match(key.about, /^[A-Z`].*\.$/s);
  });
}

Deno.test("setting a key leaves every other line as it is", () => {
  const before = `# mine
runtime:   runc # because
log:
  # words
  #max_size: 10m

  max_files: 5   # few
images:
  # nothing yet
`;
  const set = (text: string, name: string, value: string) => {
    const setting = settingNamed(name);
    return withSetting(text, setting, checkedText(setting, value, name).plain);
  };
  assert.equal(set(before, "runtime", "crun"), before.replace(":   runc", ": crun"));
  assert.equal(set(before, "log.max_files", "9"), before.replace("5   #", "9   #"));
  assert.equal(
    set(before, "log.max_size", "1m"),
    before.replace("  #max_size", "  max_size: 1m\n  #max_size"),
  );
  assert.equal(set(before, "images.reserve", "1g"), before.replace("images:\n", "images:\n  reserve: 1g\n"));
  assert.equal(set(before, "network.default", "none"), `${before}network:\n  default: none\n`);
  assert.equal(set("", "log.max_files", "9"), "log:\n  max_files: 9\n");
  assert.equal(set("log: {}\n", "log.max_files", "9"), "log: { max_files: 9 }\n");
  assert.equal(set("log: {max_size: 1m}\n", "log.max_files", "9"), "log: { max_files: 9,max_size: 1m}\n");
  for (const { name, key } of SETTINGS) {
    const value = typeof key.defaultValue === "object" ? undefined : key.example;
    if (value !== undefined) assert.ok(name in texts(set(configTemplate(), name, value)), name);
  }
});

Deno.test("setting a key keeps what an editor on Windows, and whoever wrote comments, put there", () => {
  const set = (text: string, name: string, value: string) => {
    const setting = settingNamed(name);
    return withSetting(text, setting, checkedText(setting, value, name).plain);
  };
  const windows = "\ufeffruntime: runc\r\nlog:\r\n  max_size: 1m\r\n";
  assert.equal(set(windows, "runtime", "crun"), windows.replace("runc", "crun"));
  assert.equal(
    set(windows, "log.max_files", "9"),
    "\ufeffruntime: runc\r\nlog:\r\n  max_files: 9\r\n  max_size: 1m\r\n",
  );
  assert.equal(set(windows, "stop_timeout", "5"), "\ufeffstop_timeout: 5\r\n" + windows.slice(1));
  assert.equal(set("a: 1\r\nlog:\n", "log.max_files", "9"), "a: 1\r\nlog:\n  max_files: 9\n");

  const list = "registries:\n  insecure: # of the lab\n    - a\n    - b\n# more\n";
  assert.equal(
    set(list, "registries.insecure", "x"),
    "registries:\n  insecure: [ x ] # of the lab\n# more\n",
  );
  assert.equal(
    set("---\nruntime: runc\n...\n# end\n", "log.max_files", "9"),
    "---\nruntime: runc\nlog:\n  max_files: 9\n...\n# end\n",
  );
});

Deno.test("a value with ${ in it is the same once it is in a file", () => {
  const setting = settingNamed("data_dir");
  for (const path of ["/srv/${LAN}", "/srv/$${LAN}$$$", "/srv/$HOME", "/srv/$"]) {
    assert.deepEqual(texts(withSetting("", setting, path)), { data_dir: path });
  }
});

Deno.test("~ is HOME in a file, and no HOME is that of root", () => {
  const read = (env: Record<string, string>) =>
    parseConfig("data_dir: ~/data\n", { path: "b.yaml", env }).get("data_dir")!.text;
  assert.equal(read({ HOME: "/home/me" }), "/home/me/data");
  assert.equal(read({}), "/root/data");
});

Deno.test("setting a list or a map replaces all of it", () => {
  const before =
    "registries:\n  mirrors:\n    docker.io:\n      - https://a\n  insecure: [b]\nruntime: runc\n";
  const mirrors = settingNamed("registries.mirrors");
  const after = withSetting(before, mirrors, checkedText(mirrors, "docker.io=https://x", "").plain);
  assert.deepEqual(texts(after), {
    "registries.mirrors": "docker.io=https://x",
    "registries.insecure": "b",
    "runtime": "runc",
  });
});

Deno.test("flags go before variables, variables before the file, the file before the default", async () => {
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, "runtime: runc\nlog: { max_size: 1m, max_files: 5 }\n");
    const env = { BUDGIE_LOG_MAX_FILES: "6", BUDGIE_LOG_MAX_SIZE: "2m", BUDGIE_RUNTIME: "" };
    const flags = { file, set: new Map([["log.max_size", "3m"]]) };
    const values = await effectiveConfig(env, flags);
    const of = (name: string) => {
      const { value, origin } = values.find(({ setting }) => setting.name === name)!;
      return `${value} ${origin}`;
    };
    assert.equal(of("log.max_size"), "3m flag --set");
    assert.equal(of("log.max_files"), "6 environment BUDGIE_LOG_MAX_FILES");
    assert.equal(of("runtime"), `runc file ${file}:1:10`);
    assert.equal(of("images.reserve"), "128m default");
    // What is printed may be a file, and changes nothing.
    const printed = texts(effectiveYaml(values, { origins: true }));
    assert.equal(printed["log.max_size"], "3m");

    const variables = new Map<string, string>(Object.entries(env));
    const process = {
      get: (name: string) => variables.get(name),
      set: (name: string, value: string) => void variables.set(name, value),
      toObject: () => Object.fromEntries(variables),
    };
    assert.deepEqual(await applyConfig(process, flags), ["BUDGIE_RUNTIME"]);
    assert.deepEqual(Object.fromEntries(variables), {
      BUDGIE_CONFIG: file,
      BUDGIE_LOG_MAX_FILES: "6",
      BUDGIE_LOG_MAX_SIZE: "3m",
      BUDGIE_RUNTIME: "runc",
    });
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("a variable or a flag with a wrong value is named", async () => {
  const env = { BUDGIE_LOG_MAX_FILES: "0", HOME: "/nowhere" };
  await assert.rejects(
    effectiveConfig(env, NO_FLAGS),
    /BUDGIE_LOG_MAX_FILES: log\.max_files is '0'; expected a whole/,
  );
  assert.throws(() => settingNamed("log.max_fils"), { hint: "Did you mean log.max_files?" });
  assert.throws(() => settingNamed("log"), { hint: "In it are log.max_size, log.max_files" });
  const flags = { set: new Map([["log.max_fils", "1"]]) };
  await assert.rejects(effectiveConfig({ HOME: "/nowhere" }, flags), { hint: "Did you mean log.max_files?" });
  await assert.rejects(
    effectiveConfig({ HOME: "/nowhere", BUDGIE_REGISTRIES_MIRRORS: "docker.io" }, NO_FLAGS),
    /registries\.mirrors\.docker\.io is empty; expected a URL/,
  );
});
