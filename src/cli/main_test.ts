import assert from "node:assert/strict";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

function start(words: string[], dataDir: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--cached-only", MAIN, ...words],
    env: { BUDGIE_DATA_DIR: dataDir, BUDGIE_RUN_DIR: `${dataDir}/run`, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs budgie on an empty data directory. */
async function budgie(...words: string[]): Promise<Result> {
  const dataDir = await Deno.makeTempDir({ prefix: "budgie-cli-" });
  try {
    const { code, stdout, stderr } = await start(words, dataDir).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

Deno.test("an unknown command exits with 1 and guesses what was meant", async () => {
  const { code, stdout, stderr } = await budgie("rnu");
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.equal(stderr, "Error: Unknown command 'rnu'\nhint: Did you mean run? See 'budgie --help'\n");
});

Deno.test("help for an unknown command says that there is none", async () => {
  const [help, flag] = await Promise.all([budgie("help", "bogsu"), budgie("bogsu", "--help")]);
  assert.deepEqual([help.code, help.stdout], [1, ""]);
  assert.match(flag.stderr, /^Error: Unknown command 'bogsu'/);
});

Deno.test("a bad flag exits with 125 and guesses what was meant", async () => {
  const { code, stderr } = await budgie("run", "--nmae", "x", "bb");
  assert.equal(code, 125);
  assert.match(
    stderr,
    /^Error: Unknown option '--nmae'\nhint: Did you mean --name\? See 'budgie run --help'\n$/,
  );
});

Deno.test("a flag that is not built yet is refused by name", async () => {
  const { code, stderr } = await budgie("run", "--gpus", "all", "bb");
  assert.equal(code, 125);
  assert.match(stderr, /^Error: Cannot use --gpus: not supported yet$/m);
});

Deno.test("import of a directory says that it is one", async () => {
  const { code, stderr } = await budgie("import", "/");
  assert.deepEqual([code, stderr], [1, "Error: Cannot import '/': it is a directory\n"]);
});

Deno.test("no words, help and --help print the same help", async () => {
  const [none, help, flag] = await Promise.all([budgie(), budgie("help"), budgie("--help")]);
  assert.deepEqual([none.code, help.code, flag.code], [0, 0, 0]);
  assert.match(flag.stdout, /^Usage: budgie COMMAND/);
  assert.match(flag.stdout, /\nCommon Commands:\n {2}run /);
  assert.equal(none.stdout, flag.stdout);
  assert.equal(help.stdout, flag.stdout);
});

Deno.test("help COMMAND and a group alone print their own help", async () => {
  const [stop, image] = await Promise.all([budgie("help", "stop"), budgie("image")]);
  assert.match(stop.stdout, /^Usage: budgie stop \[OPTIONS\] CONTAINER/);
  assert.match(image.stdout, /^Usage: budgie image COMMAND/);
  assert.equal(image.code, 0);
});

Deno.test("version speaks JSON and templates", async () => {
  const [json, template] = await Promise.all([
    budgie("version", "--format", "json"),
    budgie("version", "--format", "{{.Client.Os}}/{{.Client.Arch}}"),
  ]);
  assert.match(JSON.parse(json.stdout).Client.Version, /^\d+\.\d+\.\d+$/);
  assert.match(template.stdout, /^linux\/(amd64|arm64)\n$/);
});

Deno.test("inspect of a missing name prints an empty list, and exits with 1", async () => {
  const { code, stdout, stderr } = await budgie("inspect", "nobody");
  assert.deepEqual([code, stdout, stderr], [1, "[]\n", "Error: No such object: nobody\n"]);
});

Deno.test("rm of missing names says each, and fails unless forced", async () => {
  const [plain, forced] = await Promise.all([budgie("rm", "a", "b"), budgie("rm", "-f", "a")]);
  assert.deepEqual([plain.code, plain.stderr], [
    1,
    "Error: No such container: a\nError: No such container: b\n",
  ]);
  assert.deepEqual([forced.code, forced.stdout], [0, ""]);
});

Deno.test("exec in a missing container exits with 1, run of a missing image with 125", async () => {
  const [exec, run] = await Promise.all([
    budgie("exec", "nobody", "ls"),
    budgie("run", "--pull", "never", "nothing"),
  ]);
  assert.equal(exec.code, 1);
  assert.equal(run.code, 125);
});

Deno.test("listings of nothing print their header, and -q nothing", async () => {
  const [ps, images, quiet] = await Promise.all([budgie("ps"), budgie("images"), budgie("ps", "-aq")]);
  assert.equal(ps.stdout, "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n");
  assert.equal(images.stdout, "REPOSITORY   TAG       IMAGE ID   CREATED   SIZE\n");
  assert.equal(quiet.stdout, "");
});

Deno.test("validate names every problem and exits with 1", async () => {
  const file = await Deno.makeTempFile({ suffix: ".bun" });
  try {
    await Deno.writeTextFile(file, 'version: "1.0"\nimage: bb\n');
    assert.deepEqual(await budgie("validate", file), { code: 0, stdout: `${file}: valid\n`, stderr: "" });
    await Deno.writeTextFile(file, 'version: "1.0"\nimgae: bb\nread_only: maybe\n');
    const { code, stderr } = await budgie("validate", file);
    assert.equal(code, 1);
    assert.match(stderr, /:2:1: /);
    assert.match(stderr, /:3:12: /);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a reader that has gone is no error worth a word", async () => {
  const child = start(["run", "--help"], "/nonexistent");
  await child.stdout.cancel();
  const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assert.deepEqual([code, stderr], [141, ""]);
});

Deno.test("Ctrl-C during a pull exits with 130", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "budgie-cli-" });
  const asked = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    asked.resolve();
    // Never answered: the pull waits until it is interrupted.
    return new Promise((answer) => request.signal.addEventListener("abort", () => answer(new Response())));
  });
  try {
    const child = start(["pull", `127.0.0.1:${server.addr.port}/bb`], dataDir);
    await asked.promise;
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    assert.doesNotMatch(new TextDecoder().decode(stderr), /Error/);
    assert.equal(code, 130);
  } finally {
    await server.shutdown();
    await Deno.remove(dataDir, { recursive: true });
  }
});
