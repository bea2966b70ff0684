/** What a client may know: the names of the containers in its own networks, and nothing of others. */
import { isDomainName } from "../../base/dns/name.ts";
import { addressOfReverseName } from "../../base/dns/reverse_name.ts";
import { formatIpAddress } from "../../base/ip_address.ts";
import { contains, parseSubnet, type Subnet } from "../../base/subnet.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { Endpoint, NetworkRecord } from "../../store/network.ts";
import type { State } from "../../store/state.ts";
import { namesOf, SHORT_ID_DIGITS } from "../names_of.ts";
import type { Answer, Lookup } from "./resolver.ts";

export interface ContainerNamesOptions {
  /** how a container is right now; "unhealthy" ones run too */
  look: (record: ContainerRecord) => "running" | "unhealthy" | "stopped";
  /** the addresses of a name that is known in the LAN: `web` for web.budgie */
  flock: (name: string) => readonly string[];
}

/** Whoever asks. */
export interface Client {
  /** undefined: the host itself */
  record?: ContainerRecord;
  /** those that it is in */
  networks: NetworkRecord[];
}

/** A container by one of its names in one network. */
interface Bearer {
  record: ContainerRecord;
  endpoint: Endpoint;
  /** the name is one of a group, whose members stand for each other */
  isMember: boolean;
}

/** Names of machines in the LAN end so. */
const FLOCK_SUFFIX = ".budgie";

/** Made anew after each change of the state. */
export class ContainerNames {
  readonly #bearers = new Map<string, Bearer[]>();
  readonly #clients = new Map<string, Client>();
  readonly #bearersOfAddress = new Map<string, Bearer>();
  readonly #subnets: Subnet[];
  /** how often a name was asked for, by name and type: those with several addresses take turns */
  readonly #turns = new Map<string, number>();

  constructor(
    { containers, networks }: Pick<State, "containers" | "networks">,
    private readonly options: ContainerNamesOptions,
  ) {
    const bridges = Object.values(networks).filter(({ driver }) => driver === "bridge");
    const subnets = bridges.flatMap((network) => network.subnets.map((subnet) => ({ ...subnet, network })));
    this.#subnets = subnets.map(({ subnet }) => parseSubnet(subnet));
    for (const { gateway, network } of subnets) {
      if (gateway) this.#clients.set(gateway, { networks: [network] });
    }
    for (const record of Object.values(containers)) this.#add(record, networks);
  }

  #add(record: ContainerRecord, networks: Record<string, NetworkRecord>): void {
    const known = record.endpoints.filter(({ network }) => networks[network]);
    const client = { record, networks: known.map(({ network }) => networks[network]) };
    const group = record.options.balance?.group.toLowerCase();
    for (const endpoint of known) {
      for (const address of endpoint.addresses) {
        this.#clients.set(address, client);
        this.#bearersOfAddress.set(address, { record, endpoint, isMember: false });
      }
      for (const key of new Set(namesOf(record, endpoint).map((name) => name.toLowerCase()))) {
        this.#addName(key, { record, endpoint, isMember: key === group });
      }
    }
  }

  #addName(key: string, bearer: Bearer): void {
    this.#bearers.set(key, [...this.#bearers.get(key) ?? [], bearer]);
  }

  /** Who has this address; undefined: nobody that we know. */
  client(address: string): Client | undefined {
    return this.#clients.get(address);
  }

  /** In the shape that a Resolver asks for. */
  answer({ name, type, client: address }: Lookup): Answer {
    const client = this.#clients.get(address);
    if (!client) return undefined;
    const addresses = this.#addressesOf(name, client);
    if (addresses.length > 0) return { addresses: this.#inTurn(`${name} ${type}`, addresses) };
    if (name.endsWith(FLOCK_SUFFIX)) return this.#inFlock(name.slice(0, -FLOCK_SUFFIX.length));
    return this.#reverse(name, client);
  }

  #addressesOf(name: string, client: Client): string[] {
    const bearers = this.#bearers.get(name) ?? [];
    // In the order of the client's networks, each address once.
    const found = client.networks.flatMap(({ id }) =>
      bearers.filter(({ endpoint }) => endpoint.network === id).filter((bearer) =>
        this.#isFound(bearer, client)
      )
    );
    return [...new Set(found.flatMap(({ endpoint }) => endpoint.addresses))];
  }

  #isFound({ record, endpoint, isMember }: Bearer, client: Client): boolean {
    const network = client.networks.find(({ id }) => id === endpoint.network);
    if (!network) return false;
    // The others can't be reached in there, so their names would only lead to a timeout.
    if (network.isolate && client.record && client.record.id !== record.id) return false;
    const seen = this.options.look(record);
    return seen === "running" || (seen === "unhealthy" && !isMember);
  }

  /** Another one comes first each time. */
  #inTurn(key: string, addresses: string[]): string[] {
    const turn = this.#turns.get(key) ?? Math.floor(Math.random() * addresses.length);
    this.#turns.set(key, turn + 1);
    const first = turn % addresses.length;
    return [...addresses.slice(first), ...addresses.slice(0, first)];
  }

  #inFlock(name: string): Answer {
    const addresses = this.options.flock(name);
    return addresses.length > 0 ? { addresses: [...addresses] } : "no such name";
  }

  /** Nobody else has to know which addresses of our subnets are asked for (RFC 6303). */
  #reverse(name: string, client: Client): Answer {
    const address = addressOfReverseName(name);
    if (!address || !this.#subnets.some((subnet) => contains(subnet, address))) return undefined;
    const bearer = this.#bearersOfAddress.get(formatIpAddress(address));
    if (!bearer || !this.#isFound(bearer, client)) return "no such name";
    const { name: own, id } = bearer.record;
    return { names: [isDomainName(own) ? own : id.slice(0, SHORT_ID_DIGITS)] };
  }
}
