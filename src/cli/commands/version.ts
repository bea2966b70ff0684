/** `budgie version`: what this executable is, without touching the data directory. */
import type { Command } from "@commander-js/extra-typings";
import type { CliContext } from "../context.ts";
import { VERSION } from "../version.ts";

/** Names are docker's, so that a script's `{{.Client.Version}}` goes on working. */
export interface VersionFacts {
  Client: {
    Version: string;
    Os: string;
    Arch: string;
    KernelVersion: string;
    DenoVersion: string;
    V8Version: string;
    TypeScriptVersion: string;
  };
}

export function defineVersion(command: Command, context: CliContext): void {
  command
    .option("-f, --format <template>", "'json', or a Go template such as '{{.Client.Version}}'")
    .addHelpText("after", "\nExample:\n  budgie version --format json")
    .action(async ({ format }) => {
      const facts = versionFacts();
      if (format === undefined) return context.print(versionText(facts));
      const { formatOne } = await import("../output/format.ts");
      context.print(formatOne(facts, format));
    });
}

function versionFacts(): VersionFacts {
  return {
    Client: {
      Version: VERSION,
      Os: Deno.build.os,
      Arch: Deno.build.arch === "x86_64" ? "amd64" : "arm64",
      KernelVersion: Deno.osRelease(),
      DenoVersion: Deno.version.deno,
      V8Version: Deno.version.v8,
      TypeScriptVersion: Deno.version.typescript,
    },
  };
}

function versionText({ Client }: VersionFacts): string {
  return [
    `budgie:`,
    ` Version:    ${Client.Version}`,
    ` OS/Arch:    ${Client.Os}/${Client.Arch}`,
    ` Kernel:     ${Client.KernelVersion}`,
    ` Deno:       ${Client.DenoVersion}`,
  ].join("\n");
}
