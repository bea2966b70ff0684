/** A DNS server at each gateway that connected containers have, for their names and for all others. */
import { linksInUse } from "../engine/network/links_in_use.ts";
import { observe } from "../engine/observe.ts";
import { isUp } from "../engine/view.ts";
import { ContainerNames } from "../network/dns/container_names.ts";
import { HostResolvers } from "../network/dns/host_resolvers.ts";
import { Resolver } from "../network/dns/resolver.ts";
import { serveDns } from "../network/dns/server.ts";
import type { ContainerRecord } from "../store/container.ts";
import type { StorePaths } from "../store/paths.ts";
import { Listeners } from "./listeners.ts";
import { StateView } from "./state_view.ts";

export interface NameServiceOptions {
  paths: StorePaths;
  log: (line: string) => void;
  /** the addresses of a name in the LAN: `web` for web.budgie */
  flock?: (name: string) => readonly string[];
  /** the host's */
  resolvConf?: string;
}

const DNS_PORT = 53;

export class NameService implements AsyncDisposable {
  readonly #leaving = new AbortController();
  readonly #state: StateView;
  readonly #hostResolvers: HostResolvers;
  readonly #resolver: Resolver;
  readonly #servers: Listeners<string>;
  /** of the state as it was when somebody last asked */
  #names: { state: StateView["current"]; names: ContainerNames } | undefined;

  constructor(private readonly options: NameServiceOptions) {
    const { paths, log, resolvConf } = options;
    this.#state = new StateView(paths, log);
    this.#hostResolvers = new HostResolvers(resolvConf);
    this.#resolver = new Resolver({
      answer: (lookup) => this.#currentNames().answer(lookup),
      upstreams: (client) => this.#upstreams(client),
      signal: this.#leaving.signal,
    });
    this.#servers = new Listeners({
      open: (address) =>
        serveDns({
          address,
          port: DNS_PORT,
          respond: (query, client) => this.#resolver.respond(query, client),
          log,
        }),
      complaint: (address, error) => `Cannot answer for names at ${address}: ${reasonOf(error)}`,
      log,
    });
  }

  /** Serves at the gateways that are in use now. @returns false when it could not at one of them */
  sync(): Promise<boolean> {
    const { gateways } = linksInUse(this.options.paths);
    return this.#servers.sync(new Map([...gateways].map((gateway) => [gateway, gateway])));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    await this.#servers[Symbol.asyncDispose]();
  }

  #currentNames(): ContainerNames {
    const state = this.#state.current;
    if (this.#names?.state !== state) {
      const { flock = () => [] } = this.options;
      this.#names = {
        state,
        names: new ContainerNames(state, { look: (record) => this.#look(record), flock }),
      };
    }
    return this.#names.names;
  }

  #look(record: ContainerRecord): "running" | "unhealthy" | "stopped" {
    const view = observe(this.options.paths, record);
    if (!isUp(view)) return "stopped";
    return view.health?.status === "unhealthy" ? "unhealthy" : "running";
  }

  /** The host has its own servers; and if one of those asks us, it would ask itself. */
  #upstreams(address: string): readonly string[] | "none" | "refused" {
    const { record, networks } = this.#currentNames().client(address) ?? {};
    if (!record || !networks) return "refused";
    if (networks.every(({ internal }) => internal)) return "none";
    const { dns } = record.options;
    return dns.length > 0 ? dns : this.#hostResolvers.servers;
  }
}

function reasonOf(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return `port ${DNS_PORT} is taken there; a DNS server of the host's own may listen at all addresses, ` +
      "let it do so at those that it needs";
  }
  return code === "EADDRNOTAVAIL" ? "the host does not have that address" : error.message;
}
