/** What budgie looks at beside its command line: variables and files, as tables of the reference. */
import { usualPaths } from "../../config/find.ts";
import { SETTINGS } from "../../config/settings.ts";
import { aboutOf, describeDefault } from "../../yaml/reference.ts";
import type { Key } from "../../yaml/types/type.ts";

/** In Markdown. */
interface Row {
  term: string;
  about: string;
}

/** Those that no key of the configuration goes with. */
const OTHER_VARIABLES: Row[] = [
  {
    term: "`BUDGIE_CONFIG`",
    about: "The configuration file, in place of those that are looked for.",
  },
  {
    term: "`BUDGIE_SECRETS_PASSPHRASE`",
    about: "The passphrase itself that secrets are encrypted with; a file with it is safer.",
  },
  {
    term: "`REGISTRY_AUTH_FILE`",
    about: "The file that logins are looked for in first, and kept in; podman knows it too.",
  },
  { term: "`DOCKER_CONFIG`", about: "The folder of docker's `config.json`. Default: `~/.docker`" },
  {
    term: "`XDG_CONFIG_HOME`",
    about: "The folder of a user's configuration and logins. Default: `~/.config`",
  },
  { term: "`XDG_RUNTIME_DIR`", about: "Where podman keeps logins, in `containers/auth.json`." },
  {
    term: "`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`",
    about: "Proxies for registries, and what is reached without them. Loopback is never behind one.",
  },
  { term: "`NO_COLOR`", about: "No colours, whatever it holds." },
];

/** Beside the configuration. */
const OTHER_FILES: Row[] = [
  { term: "`/var/lib/budgie`", about: "Everything that is kept: images, containers, volumes, secrets." },
  { term: "`/run/budgie`", about: "What is gone after a reboot." },
  { term: "`~/.config/budgie/auth.json`", about: "Logins for registries." },
  {
    term: "`/etc/docker/certs.d/HOST[:PORT]/*.crt`",
    about: "Certificate authorities to trust for this registry.",
  },
  { term: "`/etc/systemd/system/budgie.service`", about: "The service that `budgie daemon install` writes." },
];

/** A row for each variable: what its key says, and the others. */
export function variables(): Row[] {
  const settings = SETTINGS.map(({ name, variable, key }) => ({
    term: `\`${variable}\``,
    about: `${aboutOf(key)} Default: ${describeDefault(key)}${unitOf(key)}; the key \`${name}\`.`,
  }));
  return [...settings, ...OTHER_VARIABLES];
}

/** Of a number; a size has its own with it. */
function unitOf({ defaultValue, type }: Key<unknown>): string {
  return typeof defaultValue === "number" && type.unit ? ` ${type.unit}` : "";
}

/** A row for each file or folder, the configuration's first, in the order they are looked for. */
export function files(): Row[] {
  const paths = usualPaths({ get: (name) => name === "HOME" ? "~" : undefined });
  return [
    {
      term: paths.map((path) => `\`${path}\``).join(", "),
      about: "The configuration: the first one counts.",
    },
    ...OTHER_FILES,
  ];
}
