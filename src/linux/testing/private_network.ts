/** For tests: a network namespace in place of the host's, which is not to be touched. Needs root. */
import {
  inNetworkNamespace,
  makeNetworkNamespace,
  openKeptNetworkNamespace,
  removeNetworkNamespace,
} from "../netns.ts";

/** With loopback alone at first; gone with `using`, and with it what its folder has. */
export class PrivateNetwork implements Disposable {
  /** for further namespaces, and whatever else */
  readonly folder: string = Deno.makeTempDirSync({ prefix: "budgie-network-" });
  readonly #host: string;

  constructor() {
    this.#host = this.make("host");
    // New namespaces have the settings of the first one (kernel: networking/ip-sysctl.rst, devconf_inherit_init_net).
    this.run(() => {
      for (const family of ["ipv4", "ipv6"]) {
        Deno.writeTextFileSync(`/proc/sys/net/${family}/conf/all/forwarding`, "0");
      }
    });
  }

  /** Makes one more namespace, which no link leads to. @returns its path */
  make(name: string): string {
    const path = `${this.folder}/${name}`;
    makeNetworkNamespace(path);
    return path;
  }

  /** Calls `run`, which must not wait, as if this were the host's network. @param path of another namespace */
  run<Result>(run: () => Result, path = this.#host): Result {
    using namespace = openKeptNetworkNamespace(path);
    return inNetworkNamespace(namespace, run);
  }

  [Symbol.dispose](): void {
    for (const { name } of Deno.readDirSync(this.folder)) removeNetworkNamespace(`${this.folder}/${name}`);
    Deno.removeSync(this.folder, { recursive: true });
  }
}
