/** The ports of a container, as `ps`, `port` and `inspect` show them. */
import { type ContainerView, isUp } from "../../engine/view.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { PublishedPort } from "../../store/network.ts";

/** A published port at an address of the host. */
export interface BoundPort extends PublishedPort {
  hostIp: string;
}

/**
 * What is published now, once for each address, in docker's order; one that only this host reaches is at loopback,
 * whichever addresses lead there.
 */
export function boundPorts(view: ContainerView): BoundPort[] {
  if (!isUp(view)) return []; // the ports were given back at its end
  return view.record.published.flatMap((port) =>
    (port.hostIp ? [port.hostIp] : port.reach === "host" ? ["127.0.0.1", "::1"] : ["0.0.0.0", "::"])
      .map((hostIp) => ({ ...port, hostIp }))
  ).sort(byContainerPort);
}

function byContainerPort(a: BoundPort, b: BoundPort): number {
  return a.containerPort - b.containerPort || compare(a.hostIp, b.hostIp) || a.hostPort - b.hostPort ||
    compare(a.protocol, b.protocol);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `80/tcp`: what the image, `--expose` and `-p` name, each once. */
export function exposedPorts({ image, options }: ContainerRecord): string[] {
  const ofImage = Object.keys(image.config?.ExposedPorts ?? {}).flatMap(plainPort);
  const published = options.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
  return [...new Set([...ofImage, ...options.expose, ...published])];
}

/** Of an image, which may hold anything. Without a protocol it is TCP (OCI image-spec config.md, "ExposedPorts"). */
function plainPort(text: string): string[] {
  const [, port, protocol = "tcp"] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
  return port === undefined ? [] : [`${port}/${protocol}`];
}

/** `0.0.0.0:8080` or `[::]:8080`. */
export function hostAddress(hostIp: string, port: number | string): string {
  return hostIp.includes(":") ? `[${hostIp}]:${port}` : `${hostIp}:${port}`;
}

/**
 * docker's column: `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp`, and what is exposed alone as `443/tcp`. Ports that
 * follow each other are one range, the published ones where they have the same number on both sides.
 */
export function portsText(view: ContainerView): string {
  if (!isUp(view) || view.record.options.network !== "networks") return "";
  const bound = boundPorts(view);
  const isSame = ({ hostPort, containerPort }: BoundPort) => hostPort === containerPort;
  const groups = rangesOf([
    ...unpublished(view.record, bound),
    ...bound.filter(isSame).map(({ containerPort, protocol, hostIp }) => ({
      containerPort,
      protocol,
      hostIp,
    })),
  ]);
  const others = bound.filter((port) => !isSame(port)).map(({ hostIp, hostPort, containerPort, protocol }) =>
    `${hostAddress(hostIp, hostPort)}->${containerPort}/${protocol}`
  );
  return [...groups, ...others].join(", ");
}

/** A port on one side, or with the same number on both. */
interface PlainPort {
  containerPort: number;
  protocol: string;
  hostIp?: string;
}

function unpublished(record: ContainerRecord, bound: BoundPort[]): PlainPort[] {
  const published = new Set(bound.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`));
  return exposedPorts(record).filter((port) => !published.has(port)).map((port) => {
    const [number, protocol] = port.split("/");
    return { containerPort: Number(number), protocol };
  });
}

/**
 * In docker's order: what is whole first, then the last range of each address and protocol.
 * Source: docker/cli, DisplayablePorts().
 */
function rangesOf(ports: PlainPort[]): string[] {
  const whole: string[] = [];
  const open = new Map<string, PlainPort & { last: number }>();
  for (const port of ports.toSorted(byNumber)) {
    const key = `${port.hostIp} ${port.protocol}`;
    const range = open.get(key);
    if (range?.last === port.containerPort - 1) range.last = port.containerPort;
    else {
      if (range) whole.push(rangeText(range));
      open.set(key, { ...port, last: port.containerPort });
    }
  }
  return [...whole, ...Array.from(open.values(), rangeText)];
}

function byNumber(a: PlainPort, b: PlainPort): number {
  return a.containerPort - b.containerPort || compare(a.hostIp ?? "", b.hostIp ?? "") ||
    compare(a.protocol, b.protocol);
}

function rangeText({ containerPort, last, protocol, hostIp }: PlainPort & { last: number }): string {
  const range = containerPort === last ? String(last) : `${containerPort}-${last}`;
  return `${hostIp ? `${hostAddress(hostIp, range)}->` : ""}${range}/${protocol}`;
}
