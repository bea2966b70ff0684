/** Commands about secrets. */
import type { CommandEntry } from "../command_entry.ts";

export const secret: CommandEntry = {
  name: "secret",
  summary: "Manage secrets",
  example: "budgie secret create db_password password.txt",
  commands: [
    {
      name: "create",
      summary: "Store a secret from a file or standard input",
      load: async () => (await import("../commands/secret_create.ts")).defineSecretCreate,
    },
    {
      name: "inspect",
      summary: "Show what is known of one or more secrets, and no value",
      load: async () => (await import("../commands/secret.ts")).defineSecretInspect,
    },
    {
      name: "ls",
      aliases: ["list"],
      summary: "List secrets",
      load: async () => (await import("../commands/secret_ls.ts")).defineSecretLs,
    },
    {
      name: "rm",
      aliases: ["remove"],
      summary: "Remove one or more secrets",
      load: async () => (await import("../commands/secret.ts")).defineSecretRm,
    },
    {
      name: "rotate-key",
      summary: "Encrypt all secrets with a new key",
      load: async () => (await import("../commands/secret.ts")).defineSecretRotateKey,
    },
  ],
};
