/** /etc/hostname, /etc/hosts and /etc/resolv.conf of a container, kept beside its bundle. */
import { readTextIfThere } from "../base/optional_file.ts";
import { fileMount, type PlannedMount } from "./mounts.ts";

/** What the files say. */
export interface NetworkFilesOptions {
  hostname: string;
  network: "none" | "host";
  /** the container's root file system can't be written */
  readOnly: boolean;
}

/** RFC 6761 and docker: the names that every machine has for itself. */
const LOCAL_HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** Writes the files into `directory`, and tells how to mount them. */
export function writeNetworkFiles(directory: string, options: NetworkFilesOptions): PlannedMount[] {
  const { hostname, network, readOnly } = options;
  const hosts = network === "host" ? readTextIfThere("/etc/hosts") : undefined;
  const files = {
    hostname: `${hostname}\n`,
    hosts: hosts ?? `${LOCAL_HOSTS}127.0.0.1\t${hostname}\n`,
    "resolv.conf": (network === "host" ? readTextIfThere("/etc/resolv.conf") : undefined) ?? "",
  };
  return Object.entries(files).map(([name, text]) => {
    const path = `${directory}/${name}`;
    Deno.writeTextFileSync(path, text);
    Deno.chmodSync(path, 0o644); // whatever the umask: the container's users read it
    return fileMount(path, `/etc/${name}`, { readOnly });
  });
}
