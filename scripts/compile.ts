/**
 * `deno task compile [x86_64|aarch64|all]`: bundles main.ts and compiles it into
 * dist/budgie-linux-<architecture>, for both architectures unless one is named; dist/budgie links to this
 * machine's.
 */
import * as esbuild from "esbuild";
import { ROOT } from "./root.ts";
import { type Architecture, fetchDenort } from "./denort.ts";

const DIST = `${ROOT}/dist`;
const BUNDLE = `${DIST}/bundle`;
const ARCHITECTURES: Architecture[] = ["x86_64", "aarch64"];

const wanted = Deno.args[0] ?? "all";
const architectures = wanted === "all" ? ARCHITECTURES : ARCHITECTURES.filter((known) => known === wanted);
if (architectures.length === 0) {
  console.error(`Error: Cannot compile for '${wanted}': choose one of ${ARCHITECTURES.join(", ")}, all`);
  Deno.exit(125);
}

await Deno.mkdir(DIST, { recursive: true });
await bundle();
const downloadable = await canDownloadDenort();
for (const architecture of architectures) await compile(architecture);
await linkOwn();

/**
 * One file for each part that is loaded by itself, instead of a graph of modules: a command parses what it
 * uses and nothing else, and no node_modules is inside.
 */
async function bundle(): Promise<void> {
  await Deno.remove(BUNDLE, { recursive: true }).catch(() => {});
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ["main.ts"],
    outdir: BUNDLE,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    // Not "node": libraries then come as ES modules, with no `require` that a bundle cannot answer.
    platform: "neutral",
    mainFields: ["module", "main"],
    external: ["node:*"],
    target: "esnext",
    minifySyntax: true,
    minifyWhitespace: true, // names are kept: a bug's stack stays readable
    legalComments: "none",
    logLevel: "warning",
  });
  await esbuild.stop();
}

/** Whether `deno compile` will find denort by itself. */
async function canDownloadDenort(): Promise<boolean> {
  if (Deno.env.has("DENORT_BIN")) return true;
  const url = `https://dl.deno.land/release/v${Deno.version.deno}/denort-x86_64-unknown-linux-gnu.zip`;
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(5_000) });
    return response.ok;
  } catch {
    return false;
  }
}

async function compile(architecture: Architecture): Promise<void> {
  const output = `${DIST}/budgie-linux-${architecture}`;
  const env: Record<string, string> = {};
  if (!downloadable) env.DENORT_BIN = await fetchDenort(architecture, `${ROOT}/.tools/denort`);
  const target = `${architecture}-unknown-linux-gnu`;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--quiet",
      "--no-check",
      "-A",
      "--no-config",
      // The cache would lie in /tmp under a name that anyone can guess, and root would load code from it.
      "--no-code-cache",
      // Room for what one command allocates: with V8's 1 MB, each would stop for a collection or two.
      "--v8-flags=--min-semi-space-size=4",
      "--target",
      target,
      "-o",
      `${output}.new`,
      `${BUNDLE}/main.mjs`,
    ],
    env,
  }).spawn().status;
  if (!success) throw new Error(`Cannot compile for ${architecture}: 'deno compile' failed (see above)`);
  await Deno.rename(`${output}.new`, output); // whoever runs the old one goes on with it
  console.error(`compiled ${output}`);
}

async function linkOwn(): Promise<void> {
  const link = `${DIST}/budgie`;
  await Deno.remove(`${link}.new`).catch(() => {});
  await Deno.symlink(`budgie-linux-${Deno.build.arch}`, `${link}.new`);
  await Deno.rename(`${link}.new`, link);
}
