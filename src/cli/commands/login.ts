/** `budgie login` and `budgie logout`. */
import type { Command } from "@commander-js/extra-typings";
import { BudgieError, UsageError } from "../../base/errors.ts";
import { login, logout } from "../../image/registry/login.ts";
import { findCredentials, isDockerHub } from "../../image/registry/login_file.ts";
import { type RegistrySettings, registrySettings } from "../../image/registry/settings.ts";
import type { CliContext } from "../context.ts";
import { promptHidden } from "../hidden_prompt.ts";

const DOCKER_HUB = "docker.io";

export function defineLogin(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] [HOST]")
    .argument("[host]", "registry, as host or host:port; Docker Hub when there is none")
    .option("-u, --username <user>", "user name")
    .option("-p, --password <password>", "password, which others on this machine can see here")
    .option("--password-stdin", "read the password from standard input", false)
    .addHelpText(
      "after",
      "\nExample:\n  budgie login registry.example.com -u bird --password-stdin < password.txt",
    )
    .action(async (host, flags) => {
      const registry = parseHost(host);
      const settings = registrySettings(Deno.env);
      const credentials = await askCredentials(context, registry, { ...flags, settings });
      const kept = await login(registry, credentials, { settings, signal: context.signal() });
      if (kept.file) context.notify(`Warning: the password is in '${kept.file}', where it is not encrypted`);
      context.print("Login Succeeded");
    });
}

export function defineLogout(command: Command, context: CliContext): void {
  command
    .usage("[HOST]")
    .argument("[host]", "registry, as host or host:port; Docker Hub when there is none")
    .addHelpText("after", "\nExample:\n  budgie logout registry.example.com")
    .action(async (host) => {
      const registry = parseHost(host);
      const { found, others } = await logout(registry, { settings: registrySettings(Deno.env) });
      context.print(found ? `Removed the login for ${registry}` : `Not logged in to ${registry}`);
      for (const file of others) {
        context.notify(`Warning: '${file}' still has a login for ${registry}, which budgie uses`);
      }
    });
}

/** `https://registry.example.com/v2/` is taken for its host, as docker does. */
function parseHost(text = DOCKER_HUB): string {
  const host = text.replace(/^https?:\/\//, "").replace(/\/.*$/s, "");
  if (URL.parse(`https://${host}`)?.host !== host.toLowerCase() && !/^[^/@?#]+:443$/.test(host)) {
    throw new UsageError(`Cannot use '${text}' as a registry: it is not HOST or HOST:PORT`);
  }
  return isDockerHub(host) ? DOCKER_HUB : host;
}

interface LoginFlags {
  username?: string;
  password?: string;
  passwordStdin: boolean;
  settings: RegistrySettings;
}

async function askCredentials(context: CliContext, registry: string, flags: LoginFlags) {
  const { username, password, passwordStdin } = flags;
  if (passwordStdin && password !== undefined) {
    throw new UsageError("Cannot use --password and --password-stdin together");
  }
  if (passwordStdin && !username) throw new UsageError("Cannot use --password-stdin without --username");
  if (password !== undefined) {
    context.notify("Warning: a password on the command line can be seen by others. Use --password-stdin");
  }
  const given = passwordStdin ? await passwordFromStdin() : password;
  if (given === undefined || !username) checkTerminal();
  const user = username || await askUser(registry, flags.settings);
  const secret = given ?? promptHidden("Password");
  if (!user || !secret) throw new BudgieError("Cannot log in: a user name and a password are needed");
  if (user.includes(":")) throw new UsageError("Cannot log in: a user name can't have a colon in it");
  return { username: user, password: secret };
}

/** A file and `echo` end with a new line that is no part of the password. */
async function passwordFromStdin(): Promise<string> {
  return (await new Response(Deno.stdin.readable).text()).replace(/\r?\n$/, "");
}

function checkTerminal(): void {
  if (Deno.stdin.isTerminal()) return;
  throw new BudgieError("Cannot ask for a user name and a password: there is no terminal", {
    hint: "Give -u USER --password-stdin",
  });
}

async function askUser(registry: string, { loginFiles }: RegistrySettings): Promise<string> {
  const known = (await findCredentials(loginFiles, registry))?.username;
  return prompt(known ? `Username (${known}):` : "Username:") || known || "";
}
