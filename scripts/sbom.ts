/**
 * `scripts/sbom.ts`: prints what the executable is made of, as a CycloneDX 1.6 document: the Deno runtime
 * and the libraries of deno.lock that the bundle can hold. Tools that only build are left out.
 */
import { ROOT } from "./root.ts";

/** deno.lock, version 5: packages by `name@version`, dependencies by name, with a version where two exist. */
export interface LockFile {
  specifiers: Record<string, string>;
  npm: Record<string, { integrity: string; dependencies?: string[] }>;
}

export interface Component {
  type: "library" | "application" | "platform";
  "bom-ref": string;
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: "SHA-512"; content: string }[];
}

/** Imported by the build scripts and by nothing that ends up in the executable. */
const BUILD_ONLY = ["esbuild"];

/** Every package that can be reached from the libraries, without the build's own. */
export function libraries(lock: LockFile): Component[] {
  const found = new Map<string, Component>();
  const visit = (key: string) => {
    // Peers that were chosen stand behind an underscore: extra-typings@15.1.0_commander@15.1.0.
    const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(key)!;
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    if (found.has(purl)) return;
    const entry = lock.npm[key];
    const sha512 = atob(entry.integrity.slice("sha512-".length));
    const content = [...sha512].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
    const hashes: Component["hashes"] = [{ alg: "SHA-512", content }];
    found.set(purl, { type: "library", "bom-ref": purl, name, version, purl, hashes });
    for (const dependency of entry.dependencies ?? []) visit(keyOf(lock, dependency));
  };
  for (const [specifier, version] of Object.entries(lock.specifiers)) {
    const name = /^npm:(@?[^@]+)/.exec(specifier)![1];
    if (!BUILD_ONLY.includes(name)) visit(`${name}@${version}`);
  }
  return [...found.values()].sort((a, b) => a.purl < b.purl ? -1 : 1);
}

function keyOf(lock: LockFile, dependency: string): string {
  if (dependency in lock.npm) return dependency;
  const key = Object.keys(lock.npm).find((key) => key.startsWith(`${dependency}@`));
  if (key === undefined) throw new Error(`Cannot list the libraries: deno.lock has no '${dependency}'`);
  return key;
}

if (import.meta.main) {
  const lock: LockFile = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.lock`));
  const { VERSION } = await import("../src/cli/version.ts");
  const purl = `pkg:github/denoland/deno@v${Deno.version.deno}`;
  const runtime: Component = {
    type: "platform",
    "bom-ref": purl,
    name: "deno",
    version: Deno.version.deno,
    purl,
  };
  const components = [runtime, ...libraries(lock)];
  const self = `pkg:generic/budgie@${VERSION}`;
  console.log(JSON.stringify(
    {
      $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      serialNumber: `urn:uuid:${crypto.randomUUID()}`,
      version: 1,
      metadata: {
        timestamp: new Date().toISOString(),
        component: { type: "application", "bom-ref": self, name: "budgie", version: VERSION, purl: self },
      },
      components,
      dependencies: [{ ref: self, dependsOn: components.map((component) => component["bom-ref"]) }],
    },
    null,
    2,
  ));
}
