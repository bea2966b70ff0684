import assert from "node:assert/strict";
import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { runInBackground } from "./fixture/background.ts";
import { openDisk } from "./fixture/disk.ts";
import { type Host, openHost } from "./fixture/host.ts";
import { run, runOk, show } from "./fixture/process.ts";
import { eventually } from "./fixture/wait.ts";

const PASSPHRASE = { BUDGIE_SECRETS_PASSPHRASE: "correct horse" };

function create(host: Host, name: string, value: string, ...flags: string[]): Promise<string> {
  return host.ok(["secret", "create", ...flags, name, "-"], { stdin: value });
}

/** The folder that holds the files now. */
async function generation(host: Host): Promise<string> {
  return `${host.data}/secrets/${await Deno.readLink(`${host.data}/secrets/current`)}`;
}

/** What docs/secrets.md says, done with OpenSSL. */
async function decrypt(file: string, key: (salt: Uint8Array, iterations: number) => Uint8Array) {
  const sealed = JSON.parse(await Deno.readTextFile(file));
  assert.deepEqual([sealed.format, sealed.cipher], [1, "AES-256-GCM"]);
  const bytes = Uint8Array.fromBase64(sealed.ciphertext);
  const salt = Uint8Array.fromBase64(sealed.key.salt ?? "");
  const nonce = Uint8Array.fromBase64(sealed.nonce);
  assert.equal(nonce.length, 12);
  const decipher = createDecipheriv("aes-256-gcm", key(salt, sealed.key.iterations), nonce);
  decipher.setAAD(
    new TextEncoder().encode(`budgie-secret:${sealed.format}:${sealed.name}:${sealed.version}`),
  );
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(0, -16)).toString() + decipher.final().toString();
}

Deno.test("secret create, ls, inspect, --show and rm", async () => {
  await using host = await openHost({ images: [] });
  const id = await create(host, "db", "hunter2\n", "--label", "tier=db");
  assert.match(id, /^[0-9a-f]{25}$/);
  await Deno.writeTextFile(`${host.directory}/tls.key`, "other value");
  await host.ok(["secret", "create", "tls_key", "tls.key"]);

  const listed = await host.ok(["secret", "ls"]);
  assert.match(listed, /^ID +NAME +CREATED +UPDATED\n/);
  assert.match(listed, new RegExp(`${id} +db +\\S.* ago +\\S.* ago`));
  assert.doesNotMatch(listed, /hunter2|other value/);
  assert.equal(await host.ok(["secret", "ls", "--format", "{{.Name}} {{.Labels}}"]), "db tier=db\ntls_key ");
  const chosen = (...filters: string[]) =>
    host.ok(["secret", "ls", "--format", "{{.Name}}", ...filters.flatMap((filter) => ["--filter", filter])]);
  assert.equal(await chosen("label=tier=db"), "db");
  assert.equal(await chosen("name=^t"), "tls_key");
  assert.equal(await chosen("name=^t", "name=b$"), "db\ntls_key");
  assert.equal(await chosen(`id=${id.slice(0, 10)}`, "name=key"), "");
  assert.equal(await host.ok(["secret", "ls", "-q", "-f", `id=${id.slice(0, 10)}`]), id);
  const unknown = await host.budgie(["secret", "ls", "-f", "driver=file"]);
  assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
  assert.match(unknown.stderr, /there is no filter 'driver'\nhint: There are id, label, name/);
  const [inspected] = JSON.parse(await host.ok(["secret", "inspect", id.slice(0, 8)]));
  assert.deepEqual([inspected.ID, inspected.Version, inspected.Spec.Name, inspected.Spec.Labels], [
    id,
    { Index: 1 },
    "db",
    { tier: "db" },
  ]);
  assert.ok(Date.parse(inspected.CreatedAt));
  const shown = await host.budgie(["secret", "inspect", "--show", "db"]);
  assert.equal(shown.stdout, "hunter2\n");

  const again = await host.budgie(["secret", "create", "db", "-"], { stdin: "x" });
  assert.equal(again.code, 1, show(again));
  assert.match(again.stderr, /^Error: Cannot create the secret 'db': there is one of this name$/m);
  assert.equal(await create(host, "db", "new", "--replace"), id);
  const [replaced] = JSON.parse(await host.ok(["secret", "inspect", "db"]));
  assert.deepEqual([replaced.Version, replaced.Spec.Labels], [{ Index: 2 }, { tier: "db" }]);

  const removed = await host.budgie(["secret", "rm", "db", "nothing"]);
  assert.deepEqual([removed.code, removed.stdout], [1, "db\n"]);
  assert.match(removed.stderr, /^Error: No such secret: nothing$/m);
  assert.equal(await host.ok(["secret", "ls", "--format", "{{.Name}}"]), "tls_key");
  const events = await host.ok([
    ...["events", "--since", "1h", "--until", "0s", "--filter", "type=secret", "--format", "{{.Action}}"],
  ]);
  assert.equal(events, "create\ncreate\nupdate\nremove");
});

Deno.test("secret create refuses what is no name and no value", async () => {
  await using host = await openHost({ images: [] });
  const refused = async (name: string, stdin: string, reason: RegExp) => {
    const result = await host.budgie(["secret", "create", name, "-"], { stdin });
    assert.equal(result.code, 1, show(result));
    assert.match(result.stderr, reason);
  };
  await refused("../state", "x", /its name is no good/);
  await refused("a".repeat(65), "x", /its name is no good/);
  await refused("empty", "", /its value is empty/);
  await refused("large", "x".repeat(500 * 1024 + 1), /more than 500 KiB/);
  const endless = await host.budgie(["secret", "create", "endless", "/dev/zero"]);
  assert.match(endless.stderr, /more than 500 KiB/, show(endless));
  const folder = await host.budgie(["secret", "create", "folder", "."]);
  assert.match(folder.stderr, /^Error: Cannot read '\.': it is a directory$/m, show(folder));
  await create(host, "largest", "x".repeat(500 * 1024));
  assert.equal((await host.ok(["secret", "inspect", "--show", "largest"])).length, 500 * 1024);
});

Deno.test("secret inspect --show asks at a terminal", async () => {
  await using host = await openHost({ images: [] });
  await create(host, "db", "hunter2");
  await using refusing = await host.terminal(["secret", "inspect", "--show", "db"]);
  await refusing.until(/Show the secret 'db'/);
  await refusing.type("n\r");
  assert.equal(await refusing.ended, 1);
  assert.doesNotMatch(refusing.output, /hunter2/);
  await using agreeing = await host.terminal(["secret", "inspect", "--show", "db"]);
  await agreeing.until(/Show the secret 'db'/);
  await agreeing.type("y\r");
  assert.equal(await agreeing.ended, 0);
  assert.match(agreeing.output, /hunter2\r\n/);
});

Deno.test("secrets lie encrypted in the documented format, readable for root alone", async () => {
  await using host = await openHost({ images: [] });
  await create(host, "by-file", "hunter2");
  await host.ok(["secret", "create", "by-phrase", "-"], { stdin: "correct", env: PASSPHRASE });
  const folder = await generation(host);
  assert.equal((await Deno.stat(`${host.data}/secrets`)).mode! & 0o777, 0o700);
  assert.equal((await Deno.stat(folder)).mode! & 0o777, 0o700);
  for (const name of ["key", "by-file.json", "by-phrase.json"]) {
    assert.equal((await Deno.stat(`${folder}/${name}`)).mode! & 0o777, 0o600, name);
  }
  const key = await Deno.readFile(`${folder}/key`);
  assert.equal(key.length, 32);
  assert.equal(await decrypt(`${folder}/by-file.json`, () => key), "hunter2");
  const derived = (salt: Uint8Array, iterations: number) => {
    assert.equal(salt.length, 16);
    assert.ok(iterations >= 600_000);
    return pbkdf2Sync(PASSPHRASE.BUDGIE_SECRETS_PASSPHRASE, salt, iterations, 32, "sha256");
  };
  assert.equal(await decrypt(`${folder}/by-phrase.json`, derived), "correct");
  const nonces = new Set<string>();
  for (const value of ["a", "a", "a"]) {
    await create(host, "by-file", value, "--replace");
    nonces.add(JSON.parse(await Deno.readTextFile(`${folder}/by-file.json`)).nonce);
  }
  assert.equal(nonces.size, 3);
});

Deno.test("a passphrase may be in a file; a wrong one opens nothing and overwrites nothing", async () => {
  await using host = await openHost({ images: [] });
  const file = await host.write("passphrase", "correct horse\n");
  await host.ok(["secret", "create", "db", "-"], {
    stdin: "hunter2",
    env: { BUDGIE_SECRETS_PASSPHRASE_FILE: file },
  });
  const show = (env: Record<string, string>) => host.budgie(["secret", "inspect", "--show", "db"], { env });
  assert.equal((await show(PASSPHRASE)).stdout, "hunter2");
  const none = await show({});
  assert.deepEqual([none.code, none.stdout], [1, ""]);
  assert.match(none.stderr, /^Error: Cannot read the secret 'db': it was stored with a passphrase/m);
  const WRONG = { BUDGIE_SECRETS_PASSPHRASE: "incorrect" };
  const wrong = await show(WRONG);
  assert.deepEqual([wrong.code, wrong.stdout], [1, ""]);
  assert.match(wrong.stderr, /Cannot read the secret 'db': the passphrase is not the one/);
  const stored = await Deno.readTextFile(`${await generation(host)}/db.json`);
  for (const name of ["db", "other"]) {
    const result = await host.budgie(["secret", "create", "--replace", name, "-"], {
      stdin: "x",
      env: WRONG,
    });
    assert.equal(result.code, 1);
    assert.match(result.stderr, /the passphrase (is not the one|opens none of the others)/);
  }
  assert.equal(await Deno.readTextFile(`${await generation(host)}/db.json`), stored);
  assert.equal(await host.ok(["secret", "ls", "--format", "{{.Name}}"]), "db");
});

Deno.test("a changed, swapped or truncated file is an error of that secret alone", async () => {
  await using host = await openHost({ images: [] });
  for (const name of ["a", "b", "good"]) await create(host, name, `value of ${name}`);
  const folder = await generation(host);
  const b = await Deno.readTextFile(`${folder}/b.json`);
  const sealed = JSON.parse(await Deno.readTextFile(`${folder}/a.json`));
  const flipped = Uint8Array.fromBase64(sealed.ciphertext);
  flipped[0] ^= 1;
  const changes: [string, RegExp][] = [
    [JSON.stringify({ ...sealed, ciphertext: flipped.toBase64() }), /its file was changed/],
    [JSON.stringify({ ...sealed, version: 2 }), /its file was changed/],
    [b, /it is the file of another secret/],
    [b.replace('"name": "b"', '"name": "a"'), /its file was changed/],
    [b.slice(0, 100), /its file is damaged: it is cut off/],
    ["", /its file is damaged/],
    ["null", /its file is damaged/],
    [JSON.stringify({ ...sealed, format: 2 }), /its file has format 2, this budgie knows 1/],
    [JSON.stringify({ ...sealed, nonce: "AAAA" }), /its nonce is no good/],
  ];
  for (const [text, reason] of changes) {
    await Deno.writeTextFile(`${folder}/a.json`, text);
    for (const args of [["inspect", "--show", "a"], ["create", "--replace", "a", "-"], ["rotate-key"]]) {
      const result = await host.budgie(["secret", ...args], { stdin: "new" });
      assert.deepEqual([result.code, result.stdout], [1, ""], show(result));
      assert.match(result.stderr, /Error: .*the secret 'a'/);
      assert.match(result.stderr, reason);
    }
    assert.equal(await Deno.readTextFile(`${folder}/a.json`), text);
    assert.equal(await host.ok(["secret", "inspect", "--show", "good"]), "value of good");
  }
  const listed = await host.budgie(["secret", "ls", "--format", "{{.Name}}"]);
  assert.deepEqual([listed.code, listed.stdout], [1, "b\ngood\n"]);
  await host.ok(["secret", "rm", "a"]); // a damaged one can be removed
  await host.ok(["secret", "ls"]);
});

Deno.test("a key file that is lost, cut off or another one costs no value", async () => {
  await using host = await openHost({ images: [] });
  await create(host, "db", "hunter2");
  await host.ok(["secret", "create", "by-phrase", "-"], { stdin: "correct", env: PASSPHRASE });
  const folder = await generation(host);
  const key = await Deno.readFile(`${folder}/key`);
  const stored = await Deno.readTextFile(`${folder}/db.json`);
  const refused = async (args: string[], reason: RegExp) => {
    const result = await host.budgie(["secret", ...args], { stdin: "new" });
    assert.deepEqual([result.code, result.stdout], [1, ""], show(result));
    assert.match(result.stderr, reason);
  };
  const changes: [Uint8Array | undefined, RegExp, RegExp?][] = [
    [
      undefined,
      /Cannot read the secret 'db': its key file is missing\nhint: Put back/,
      /'.*\/key' is missing/,
    ],
    [
      key.slice(1),
      /Cannot read the secret 'db': its key file does not have 32 bytes/,
      /have 32 bytes\nhint: Put/,
    ],
    [key.map((byte) => byte ^ 1), /Cannot read the secret 'db': its file was changed, or the key file/],
  ];
  for (const [bytes, reason, whenAnother] of changes) {
    if (bytes) await Deno.writeFile(`${folder}/key`, bytes);
    else await Deno.remove(`${folder}/key`);
    await refused(["inspect", "--show", "db"], reason);
    await refused(["create", "--replace", "db", "-"], reason);
    await refused(["rotate-key"], /Cannot change the key of secrets: Cannot read the secret/);
    if (whenAnother) await refused(["create", "other", "-"], whenAnother);
    const { stdout } = await host.budgie(["secret", "inspect", "--show", "by-phrase"], { env: PASSPHRASE });
    assert.equal(stdout, "correct");
  }
  assert.equal(await Deno.readTextFile(`${folder}/db.json`), stored);
  await Deno.writeFile(`${folder}/key`, key);
  assert.equal(await host.ok(["secret", "inspect", "--show", "db"]), "hunter2");
});

Deno.test("secret rotate-key encrypts all anew, with a passphrase or without", async () => {
  await using host = await openHost({ images: [] });
  await create(host, "a", "value a");
  await create(host, "b", "value b");
  const before = await generation(host);
  const key = await Deno.readFile(`${before}/key`);
  const value = async (name: string, env = {}) =>
    await host.ok(["secret", "inspect", "--show", name], { env });

  assert.equal(await host.ok(["secret", "rotate-key"]), "2 secrets have a new key");
  const after = await generation(host);
  assert.notEqual(after, before);
  assert.notDeepEqual(await Deno.readFile(`${after}/key`), key);
  assert.deepEqual([await value("a"), await value("b")], ["value a", "value b"]);

  const file = await host.write("passphrase", "correct horse\n");
  await host.ok(["secret", "rotate-key", "--new-passphrase-file", file]);
  assert.equal(await value("b", PASSPHRASE), "value b");
  assert.equal((await host.budgie(["secret", "inspect", "--show", "b"])).code, 1);
  const other = await host.write("other", "another\n");
  await host.ok(["secret", "rotate-key", "--new-passphrase-file", other], { env: PASSPHRASE });
  assert.equal((await host.budgie(["secret", "inspect", "--show", "b"], { env: PASSPHRASE })).code, 1);
  await host.ok(["secret", "rotate-key", "--random-key"], { env: { BUDGIE_SECRETS_PASSPHRASE_FILE: other } });
  assert.deepEqual([await value("a"), await value("b")], ["value a", "value b"]);
  assert.equal((await Array.fromAsync(Deno.readDir(`${host.data}/secrets`))).length, 2); // `current` and its folder
});

Deno.test("a kill in the middle of a change leaves every secret readable, old or new", async () => {
  await using host = await openHost({ images: [] });
  const names = Array.from({ length: 8 }, (_, index) => `s${index}`);
  for (const name of names) await create(host, name, name);
  const killedAfter = async (delayMs: number, args: string[]) => {
    const child = host.spawn(args);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    try {
      child.kill("SIGKILL");
    } catch {
      // It was done.
    }
    return (await child.output()).signal === "SIGKILL";
  };
  const value = (name: string) => host.ok(["secret", "inspect", "--show", name]);
  const began = performance.now();
  await host.ok(["secret", "rotate-key"]);
  const wholeMs = performance.now() - began;
  const file = await host.write("value", "new value");
  let killed = 0;
  for (const [step, name] of names.entries()) {
    const delayMs = wholeMs * (step + 1) / names.length;
    if (await killedAfter(delayMs, ["secret", "rotate-key"])) killed++;
    assert.equal(await value(name), name);
    await killedAfter(delayMs, ["secret", "create", "--replace", name, file]);
    assert.match(await value(name), new RegExp(`^(${name}|new value)$`));
  }
  assert.ok(killed >= names.length / 3, `only ${killed} were not done before the kill`);
  await host.ok(["secret", "rotate-key"]); // takes away what the killed ones left
  for (const name of names) assert.match(await value(name), new RegExp(`^(${name}|new value)$`));
  assert.equal((await Array.fromAsync(Deno.readDir(`${host.data}/secrets`))).length, 2);
  const files = await Array.fromAsync(Deno.readDir(await generation(host)), ({ name }) => name);
  assert.deepEqual(files.sort(), ["key", ...names.map((name) => `${name}.json`)].sort());
});

Deno.test("on a full disk no secret is lost, and nothing half made is left", async () => {
  await using disk = await openDisk();
  await using host = await openHost({ images: [], env: { BUDGIE_DATA_DIR: `${disk.path}/data` } });
  await create(host, "a", "value a");
  await create(host, "large", "x".repeat(400_000));
  const files = async () => (await runOk(["find", `${host.data}/secrets`])).split("\n").sort();
  const before = await files();
  await disk.leave("100k");
  for (const args of [["create", "b", "-"], ["create", "--replace", "large", "-"], ["rotate-key"]]) {
    const result = await host.budgie(["secret", ...args], { stdin: "y".repeat(300_000) });
    assert.deepEqual([result.code, result.stdout], [1, ""], show(result));
    assert.match(result.stderr, /^Error: .*no space is left/m);
    assert.deepEqual(await files(), before);
  }
  assert.equal(await host.ok(["secret", "inspect", "--show", "a"]), "value a");
  assert.equal(await host.ok(["secret", "inspect", "--show", "large"]), "x".repeat(400_000));
  await host.ok(["secret", "rm", "large"]);
  await host.ok(["secret", "rotate-key"]);
  assert.equal(await host.ok(["secret", "inspect", "--show", "a"]), "value a");
});

for (const runtime of ["runc", "crun"] as const) {
  Deno.test(`a container reads its secrets below /run/secrets (${runtime})`, async () => {
    await using host = await openHost({ runtime });
    await create(host, "db", "hunter2");
    await create(host, "tls", "key");
    const script =
      "stat -c '%n %a %u:%g' /run/secrets /run/secrets/* /etc/other.key; cat /run/secrets/db; id -u;" +
      "grep -c ' /run/secrets .*tmpfs' /proc/self/mountinfo; touch /run/secrets/x 2>&1; env | grep DB_";
    const output = await host.ok([
      ...["run", "--rm", "--read-only", "-u", "1000:1001", "--secret", "db,env=DB_PASSWORD"],
      ...[
        "--secret",
        "source=tls,target=server.key,mode=0440,uid=7,gid=1001",
        "--secret",
        "tls,target=/etc/other.key",
      ],
      ...["busybox", "sh", "-c", script],
    ]);
    assert.equal(
      output,
      "/run/secrets 755 0:0\n/run/secrets/db 400 1000:1001\n/run/secrets/server.key 440 7:1001\n" +
        "/etc/other.key 400 1000:1001\nhunter21000\n1\n" +
        "touch: /run/secrets/x: Read-only file system\nDB_PASSWORD=hunter2",
    );
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${host.run}/secrets`)), []);
  });
}

Deno.test("a planted value is nowhere but in the container", async () => {
  const planted = "planted-8d1c5b7e93";
  for (const runtime of ["runc", "crun"] as const) {
    await using host = await openHost({ runtime });
    await create(host, "db", planted);
    await create(host, "db", planted, "--replace");
    const flags = ["--secret", "db,env=DB_PASSWORD", "--secret", "db,target=/etc/db"];
    await using web = await runInBackground(host, ["--name", "web", ...flags, "busybox", "sleep", "1000"]);
    assert.equal(await host.ok(["exec", "web", "cat", "/run/secrets/db"]), planted);
    assert.equal(await host.ok(["exec", "web", "sh", "-c", "echo $DB_PASSWORD"]), planted);
    const nowhere = async () => {
      const found = await run(["grep", "-rlF", "--devices=skip", planted, host.data]);
      assert.deepEqual([found.code, found.stdout], [1, ""], show(found));
      for (
        const args of [
          ["inspect", "web"],
          ["logs", "web"],
          ["secret", "ls"],
          ["secret", "inspect", "db"],
          ["ps", "-a", "--no-trunc"],
          ["top", "web"],
          ["diff", "web"],
        ]
      ) {
        const result = await host.budgie(args);
        assert.ok(!(result.stdout + result.stderr).includes(planted), args.join(" "));
      }
      const processes = await run(["ps", "axww", "-o", "args"]);
      assert.ok(!processes.stdout.includes(planted));
    };
    const environments = await run(["sh", "-c", `grep -lF ${planted} /proc/[0-9]*/environ 2>/dev/null`]);
    assert.equal(environments.stdout, `/proc/${web.pid}/environ\n`); // not the shim's, the pump's or the daemon's
    const mounts = await host.ok(["exec", "web", "cat", "/proc/self/mountinfo"]);
    assert.match(mounts, /^.* \/run\/secrets .* - tmpfs .*noswap/m);
    await nowhere();
    const outside = await run(["grep", "-rlF", "--devices=skip", planted, host.run]);
    for (const file of outside.stdout.split("\n").filter(Boolean)) {
      assert.match(file, /\/run\/budgie\/[^/]+\/(secrets|runtime)\//, file); // in memory, and gone below
    }
    await create(host, "db", `${planted}, the second`, "--replace");
    assert.equal(
      await host.ok(["exec", "web", "cat", "/run/secrets/db", "/etc/db"]),
      `${planted}, the second`.repeat(2),
    );
    await host.ok(["commit", "web", "kept"]);
    await host.ok(["stop", "-t", "0", "web"]);
    await nowhere();
    const left = await run(["grep", "-rlF", "--devices=skip", planted, host.run]);
    assert.deepEqual([left.code, left.stdout], [1, ""], show(left));
    assert.ok(web.pid > 0);
  }
});

Deno.test("running containers see a replaced secret, whole, without a restart", async () => {
  await using host = await openHost();
  await create(host, "db", "a".repeat(100_000));
  const script = "while true; do v=$(cat /run/secrets/db | md5sum); echo $v; done";
  const flags = ["--name", "web", "--secret", "db,mode=0440,gid=5", "--secret", "db,target=/etc/db"];
  await using web = await runInBackground(host, [...flags, "busybox", "sh", "-c", script]);
  const replace = (value: string) => create(host, "db", value, "--replace");
  for (const letter of ["b", "c", "d"]) await replace(letter.repeat(100_000));
  const inside = await host.ok([
    "exec",
    "web",
    "sh",
    "-c",
    "cut -c-3 /run/secrets/db /etc/db; stat -c %a:%g /run/secrets/db",
  ]);
  assert.equal(inside, "ddd\nddd\n440:5");
  assert.equal(await host.ok(["exec", "web", "ls", "/run/secrets"]), "db");
  await replace("short");
  const binary = Uint8Array.from({ length: 1000 }, (_, index) => index % 256);
  await host.ok(["secret", "create", "--replace", "db", "-"], { stdin: binary });
  const octets = "od -An -v -tu1 /run/secrets/db | tr -s ' \\n' ' '";
  assert.equal((await host.ok(["exec", "web", "sh", "-c", octets])).trim(), binary.join(" "));
  await host.ok(["secret", "rm", "db"]); // it keeps what it has
  assert.equal((await host.ok(["exec", "web", "sh", "-c", octets])).trim(), binary.join(" "));
  await create(host, "db", "short");
  assert.equal(await host.ok(["exec", "web", "cat", "/run/secrets/db", "/etc/db"]), "shortshort");
  await host.ok(["stop", "-t", "0", "web"]);
  const seen = new Set((await host.ok(["logs", "web"])).split("\n"));
  assert.ok(seen.size <= 6, [...seen].join("\n")); // a, b, c, d, short, binary: never a part of one
  await host.ok(["start", "web"]);
  assert.equal(await host.ok(["exec", "web", "cat", "/run/secrets/db", "/etc/db"]), "shortshort");
  assert.ok(web.pid > 0);
});

Deno.test("a container that names a missing secret is not made, and not started", async () => {
  await using host = await openHost();
  await create(host, "one", "1");
  const missing = await host.budgie([
    "run",
    "--name",
    "web",
    "--secret",
    "one",
    "--secret",
    "two",
    "busybox",
    "true",
  ]);
  assert.equal(missing.code, 125, show(missing));
  assert.match(missing.stderr, /^Error: No such secret: two$/m);
  assert.equal(await host.ok(["ps", "-aq"]), "");
  await host.ok(["create", "--name", "web", "--secret", "one", "busybox", "cat", "/run/secrets/one"]);
  await host.ok(["secret", "rm", "one"]);
  const start = await host.budgie(["start", "-a", "web"]);
  assert.notEqual(start.code, 0);
  assert.match(start.stderr, /^Error: No such secret: one$/m);
  await create(host, "one", "2");
  assert.equal(await host.ok(["start", "-a", "web"]), "2");
});

Deno.test("a secret that can't be opened stops only the containers that use it", async () => {
  await using host = await openHost();
  await create(host, "plain", "1");
  await host.ok(["secret", "create", "sealed", "-"], { stdin: "2", env: PASSPHRASE });
  const started = (secret: string, env = {}) =>
    host.budgie(["run", "--rm", "--secret", secret, "busybox", "cat", `/run/secrets/${secret}`], { env });
  const refused = await started("sealed");
  assert.deepEqual([refused.code, refused.stdout], [125, ""]);
  assert.match(refused.stderr, /^Error: Cannot read the secret 'sealed': it was stored with a passphrase/m);
  assert.equal((await started("plain")).stdout, "1");
  const wrong = await started("sealed", { BUDGIE_SECRETS_PASSPHRASE: "incorrect" });
  assert.deepEqual([wrong.code, wrong.stdout], [125, ""]);
  assert.match(wrong.stderr, /^Error: Cannot read the secret 'sealed': the passphrase is not the one/m);
  assert.equal((await started("sealed", PASSPHRASE)).stdout, "2");
});

Deno.test("the daemon gives a container its secrets when it starts it again, and has the passphrase alone", async () => {
  await using host = await openHost();
  const env = { BUDGIE_SECRETS_PASSPHRASE: `phrase-${crypto.randomUUID()}` };
  await host.ok(["secret", "create", "db", "-"], { stdin: "hunter2", env });
  const flags = ["-d", "--name", "web", "--restart", "always", "--secret", "db,env=DB"];
  await host.ok(["run", ...flags, "busybox", "sleep", "1000"], { env });
  const pid = () => host.ok(["inspect", "--format", "{{.State.Pid}}", "web"]);
  const first = await pid();
  Deno.kill(Number(first), "SIGKILL");
  await eventually("another process", async () => !["0", first].includes(await pid()));
  const inside = ["exec", "web", "sh", "-c", "cat /run/secrets/db; echo $DB"];
  assert.equal(await host.ok(inside), "hunter2hunter2");
  const script = `grep -lF ${env.BUDGIE_SECRETS_PASSPHRASE} /proc/[0-9]*/environ 2>/dev/null`;
  const { stdout } = await run(["sh", "-c", script]);
  assert.equal(stdout, `/proc/${await host.daemon()}/environ\n`);
});

Deno.test("secrets of a .bun file are mounted as it says", async () => {
  await using host = await openHost();
  await create(host, "db", "hunter2");
  const file = await host.write(
    "web.bun",
    'version: "1.0"\nimage: {docker_image: busybox, command: [sh, -c, "cat /run/secrets/*; env | grep ^DB="]}\n' +
      "secrets:\n  - db\n  - source: db\n    target: password\n    mode: 0440\n    env: DB\n",
  );
  assert.equal(await host.ok(["run", "--rm", file]), "hunter2hunter2DB=hunter2");
});

Deno.test("a container's secrets are gone when it has ended, though budgie was killed", async () => {
  await using host = await openHost();
  await create(host, "db", "hunter2");
  const child = host.spawn(["run", "--name", "web", "--secret", "db", "busybox", "sleep", "1000"]);
  await eventually("a running container", async () => {
    const { stdout } = await host.budgie(["inspect", "--format", "{{.State.Status}}", "web"]);
    return stdout === "running\n";
  });
  const pid = Number(await host.ok(["inspect", "--format", "{{.State.Pid}}", "web"]));
  const daemon = await host.daemon();
  if (daemon) Deno.kill(daemon, "SIGKILL");
  child.kill("SIGKILL");
  await child.output();
  Deno.kill(pid, "SIGKILL");
  await eventually("the secrets gone", async () => {
    await host.ok(["ps", "-a"]);
    return (await Array.fromAsync(Deno.readDir(`${host.run}/secrets`))).length === 0;
  });
});

Deno.test("secrets do not hide behind a volume, nor two in one place", async () => {
  await using host = await openHost();
  await create(host, "db", "hunter2");
  const refused = async (flags: string[], reason: RegExp) => {
    const result = await host.budgie(["run", "--rm", ...flags, "busybox", "true"]);
    assert.equal(result.code, 125, show(result));
    assert.match(result.stderr, reason);
  };
  await refused(["--secret", "db", "-v", "data:/run/secrets"], /its secrets are at '\/run\/secrets'/);
  await refused(["--secret", "db", "--secret", "db"], /two secrets have the target 'db'/);
  await refused(["--secret", "db,target=../x"], /neither a file name nor an absolute path/);
  await refused(["--secret", "db,mode=9"], /is not a mode/);
  await refused(["--secret", "db,colour=red"], /there is no key 'colour'/);
});
