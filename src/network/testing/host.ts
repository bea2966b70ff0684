/** For tests: a host with a network of its own, and containers without processes in it. */
import { sleep } from "../../base/sleep.ts";
import { removeNetworkNamespace } from "../../linux/netns.ts";
import { NetlinkSocket } from "../../linux/netlink.ts";
import { findLink, type Link } from "../../linux/route/link.ts";
import type { RouteMonitor } from "../../linux/route/monitor.ts";
import { PrivateNetwork } from "../../linux/testing/private_network.ts";
import type { Endpoint, NetworkRecord } from "../../store/network.ts";
import { storePaths } from "../../store/paths.ts";
import { namespacePath } from "../namespace_path.ts";

const PORT = 8080;
const LIMIT_MS = 2_000;
const QUIET_MS = 1_500;

/** Gone with `using`. */
export class TestHost implements Disposable {
  readonly network = new PrivateNetwork();
  readonly paths = storePaths(
    new Map([["BUDGIE_DATA_DIR", `${this.network.folder}/data`], [
      "BUDGIE_RUN_DIR",
      `${this.network.folder}/run`,
    ]]),
  );

  constructor() {
    Deno.mkdirSync(this.paths.networkNamespaces, { recursive: true });
  }

  /** Calls `run`, which must not wait, in the host's network. */
  run<Result>(run: () => Result): Result {
    return this.network.run(run);
  }

  /** Calls `run`, which must not wait, in a container's network. */
  inside<Result>(container: string, run: () => Result): Result {
    return this.network.run(run, namespacePath(this.paths, container));
  }

  link(name: string): Link | undefined {
    return this.run(() => {
      using socket = new NetlinkSocket();
      return findLink(socket, name);
    });
  }

  innerLink(container: string, name: string): Link | undefined {
    return this.inside(container, () => {
      using socket = new NetlinkSocket();
      return findLink(socket, name);
    });
  }

  /** Whether a TCP connection comes about. @param from, to containers; undefined: the host */
  async reaches(from: string | undefined, to: string | undefined, address: string): Promise<boolean> {
    const inTheirs = <Result>(container: string | undefined, run: () => Result) =>
      container === undefined ? this.run(run) : this.inside(container, run);
    using listener = inTheirs(to, () => Deno.listen({ hostname: address, port: PORT }));
    const accepted = listener.accept().then((connection) => connection.close(), () => {});
    const signal = AbortSignal.timeout(LIMIT_MS);
    try {
      (await inTheirs(from, () => Deno.connect({ hostname: address, port: PORT, signal }))).close();
      return true;
    } catch {
      return false;
    } finally {
      listener.close();
      await accepted;
    }
  }

  [Symbol.dispose](): void {
    for (const { name } of Deno.readDirSync(this.paths.networkNamespaces)) {
      removeNetworkNamespace(namespacePath(this.paths, name));
    }
    Deno.removeSync(this.paths.run, { recursive: true });
    this.network[Symbol.dispose]();
  }
}

/** Waits until the kernel has told all of what has happened; of a link's carrier it tells a second later (linkwatch). */
export async function untilQuiet(...monitors: RouteMonitor[]): Promise<void> {
  do await sleep(QUIET_MS); while (monitors.flatMap((monitor) => monitor.drain()).length > 0);
}

/** An ID as a container or a network has it. */
export function id(beginning: string): string {
  return beginning.padEnd(64, "0");
}

export function bridgeNetwork(beginning: string, more: Partial<NetworkRecord> = {}): NetworkRecord {
  return {
    id: id(beginning),
    name: `net-${beginning}`,
    createdAt: "2026-01-01T00:00:00Z",
    driver: "bridge",
    subnets: [{ subnet: "10.9.0.0/24", gateway: "10.9.0.1" }],
    internal: false,
    isolate: false,
    labels: {},
    bridge: `bud${beginning}`,
    ...more,
  };
}

/** The last numbers of the addresses and of the MAC are `number`. */
export function endpoint(network: NetworkRecord, number: number, name = "eth0"): Endpoint {
  return {
    network: network.id,
    addresses: network.subnets.map(({ subnet }) => subnet.replace(/0?\/.*/, String(number))),
    macAddress: `02:42:00:00:${network.id.slice(0, 2)}:${number.toString(16).padStart(2, "0")}`,
    aliases: [],
    interface: name,
  };
}
