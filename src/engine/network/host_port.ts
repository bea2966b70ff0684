/** Which ports of the host a container gets. */
import { hostIpsOverlap } from "../../base/port_spec.ts";
import { BudgieError } from "../../base/errors.ts";
import { freePort, portHolder, PortTakenError } from "../../network/host_ports.ts";
import { runningDaemon } from "../../store/daemon_lock.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { PortOption, Protocol, PublishedPort } from "../../store/network.ts";
import type { StorePaths } from "../../store/paths.ts";
import { transaction } from "../../store/state.ts";
import { tryLockForPump } from "../locks.ts";
import { observe } from "../observe.ts";
import { isUp } from "../view.ts";

/**
 * Settles the ports that a container publishes and writes them down. The caller holds the container's pump lock:
 * whoever settles at the same time sees ours as taken.
 * @throws PortTakenError
 */
export function settlePorts(paths: StorePaths, id: string): void {
  const refusal = transaction(paths, ({ containers, networks }) => {
    const gateways = Object.values(networks).flatMap(({ subnets }) =>
      subnets.flatMap(({ gateway }) => gateway ?? [])
    );
    const record = containers[id];
    const others = Object.values(containers).filter((other) =>
      other.id !== id && other.published.length > 0 && holdsPorts(paths, other)
    );
    // Its last start's are void, also when it is refused: two that start at once would refuse each other by them.
    record.published = [];
    const published: PublishedPort[] = [];
    try {
      for (const wanted of wantedPorts(record)) {
        published.push(settlePort(paths, wanted, { record, published, others, gateways }));
      }
    } catch (error) {
      if (error instanceof BudgieError) return error;
      throw error;
    }
    record.published = published;
  });
  if (refusal) throw refusal;
}

/** Ports are taken from before the start, when the pump lock is, to the end. */
function holdsPorts(paths: StorePaths, record: ContainerRecord): boolean {
  if (isUp(observe(paths, record))) return true;
  using lock = tryLockForPump(paths, record.id);
  return lock === undefined;
}

/** With -P, those of the image too, each on any port of the host. */
function wantedPorts({ options, image }: ContainerRecord): PortOption[] {
  if (!options.publishAll) return options.ports;
  const exposed = new Set([...Object.keys(image.config?.ExposedPorts ?? {}), ...options.expose]);
  const named = new Set(options.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`));
  return [...options.ports, ...[...exposed].filter((port) => !named.has(port)).flatMap(exposedPort)];
}

/** Of the image's config, which has no protocol where it is TCP; it is not ours, and may be anything. */
function exposedPort(text: string): PortOption[] {
  const [, port, protocol = "tcp"] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
  if (port === undefined) return [];
  return [{ containerPort: Number(port), protocol: protocol as Protocol, reach: "lan" }];
}

interface Taken {
  record: ContainerRecord;
  /** of the container itself, so far */
  published: readonly PublishedPort[];
  /** containers that hold ports */
  others: readonly ContainerRecord[];
  /** where the daemon answers for names */
  gateways: readonly string[];
}

function settlePort(paths: StorePaths, wanted: PortOption, taken: Taken): PublishedPort {
  const { hostPort: range, ...port } = wanted;
  const shared = sharedPort(wanted, taken);
  if (shared) return { ...port, hostPort: shared };
  const holder = (hostPort: number) => containerHolder({ ...port, hostPort }, taken);
  if (!range || range.from !== range.to) {
    const isTaken = (hostPort: number) => holder(hostPort) !== undefined;
    return { ...port, hostPort: freePort(port, { range, isTaken, except: taken.gateways }) };
  }
  const hostPort = range.from;
  const wantedPort = { protocol: port.protocol, hostIp: port.hostIp, port: hostPort };
  const container = holder(hostPort);
  if (container !== undefined) throw new PortTakenError(wantedPort, { container });
  const waiting = portHolder(wantedPort, { except: taken.gateways });
  // The daemon itself listens for containers alone, and stops when they have ended.
  const isDaemons = waiting?.process !== undefined && waiting.process.pid === runningDaemon(paths)?.pid;
  if (waiting && !isDaemons) throw new PortTakenError(wantedPort, waiting);
  return { ...port, hostPort };
}

/** What another container of the group has for the same port: a host port that was chosen is for all of them. */
function sharedPort(wanted: PortOption, { record, others }: Taken): number | undefined {
  const { from, to } = wanted.hostPort ?? { from: 0, to: Infinity };
  return others.filter((other) => sameGroup(record, other))
    .flatMap(({ published }) => published)
    .find(({ containerPort, protocol, hostIp, hostPort }) =>
      containerPort === wanted.containerPort && protocol === wanted.protocol && hostIp === wanted.hostIp &&
      hostPort >= from && hostPort <= to
    )?.hostPort;
}

function containerHolder(port: PublishedPort, { record, published, others }: Taken): string | undefined {
  const conflicts = (other: PublishedPort) =>
    other.protocol === port.protocol && other.hostPort === port.hostPort &&
    hostIpsOverlap(other.hostIp, port.hostIp);
  if (published.some(conflicts)) return record.name;
  return others.find((other) => !sameGroup(record, other) && other.published.some(conflicts))?.name;
}

function sameGroup(one: ContainerRecord, other: ContainerRecord): boolean {
  const group = one.options.balance?.group;
  return group !== undefined && other.options.balance?.group === group;
}
