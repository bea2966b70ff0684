/** Everything of budgie's that is on the host now: the test run compares before and after. */

/** One line for each mount, network namespace, link, table of packet rules, process, run folder and scratch folder. */
export async function hostRemains(): Promise<string[]> {
  const found = await Promise.all([
    mounts(),
    processes(),
    entries("/run/netns", /^budgie/),
    links(),
    tables(),
    runFolders(),
    scratch(),
  ]);
  return found.flat();
}

async function mounts(): Promise<string[]> {
  const lines = (await Deno.readTextFile("/proc/self/mountinfo")).split("\n");
  // proc(5): the fifth field is the mount point.
  return lines.map((line) => line.split(" ")[4] ?? "").filter((point) => point.includes("budgie"))
    .map((point) => `mount ${point}`);
}

/** The program itself, and the shims and runtimes that work for it. */
async function processes(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
    const command = (await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "")).replaceAll("\0", " ");
    if (/\/dist\/budgie|\/budgie-(test|registry|quickstart)-|^docker-registry/.test(command)) {
      found.push(`process ${name}: ${command}`);
    }
  }
  return found;
}

/** By what budgie writes beside the name: that alone may be anybody's. */
async function links(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/sys/class/net")) {
    const alias = await Deno.readTextFile(`/sys/class/net/${name}/ifalias`).catch(() => "");
    if (alias.startsWith("budgie ")) found.push(`link ${name}`);
  }
  return found;
}

async function tables(): Promise<string[]> {
  const { stdout } = await new Deno.Command("nft", { args: ["list", "tables"] }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => /\bbudgie/.test(line));
}

async function runFolders(): Promise<string[]> {
  return await entries("/run/budgie", /./);
}

async function scratch(): Promise<string[]> {
  const temporary = Deno.env.get("TMPDIR") ?? "/tmp";
  const folders = [...new Set(["/var/tmp", "/tmp", temporary])];
  return (await Promise.all(folders.map((folder) => entries(folder, /^budgie-/)))).flat();
}

async function entries(folder: string, wanted: RegExp): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).filter(({ name }) => wanted.test(name))
      .map(({ name }) => `${folder}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
