/** The servers that the host itself asks for names, as they are now: a laptop changes them with its network. */
import { fileVersion } from "../../base/file_version.ts";
import { readTextIfThere } from "../../base/optional_file.ts";
import { parseResolvConf } from "../../base/resolv_conf.ts";

/** resolv.conf(5): a file that names no server means one on the host itself. */
const WITHOUT_ANY = ["127.0.0.1"];

export class HostResolvers {
  #version: string | undefined;
  #servers: string[] = WITHOUT_ANY;

  constructor(private readonly file = "/etc/resolv.conf") {}

  /** In the order of the file, which is read again once it has changed. */
  get servers(): readonly string[] {
    const version = fileVersion(this.file);
    if (version !== this.#version) {
      this.#version = version;
      const { nameservers } = parseResolvConf(readTextIfThere(this.file) ?? "");
      this.#servers = nameservers.length > 0 ? nameservers : WITHOUT_ANY;
    }
    return this.#servers;
  }
}
