/** A network as one row of `network ls`, in docker's words. */
import type { NetworkView } from "../../engine/network/list_networks.ts";
import { formatLocalTime } from "../output/time.ts";

const SHORT_ID = 12;

/** Titles of the columns, and of every field in `--format 'table …'`. */
export const NETWORK_HEADERS = {
  ID: "NETWORK ID",
  Name: "NAME",
  Driver: "DRIVER",
  Scope: "SCOPE",
  IPv4: "IPV4",
  IPv6: "IPV6",
  Internal: "INTERNAL",
  Labels: "LABELS",
  CreatedAt: "CREATED AT",
};

export function networkRow(network: NetworkView, { truncate }: { truncate: boolean }) {
  const { id, name, driver, subnets, internal, labels, createdAt } = network;
  const hasIPv6 = subnets.some(({ subnet }) => subnet.includes(":"));
  return {
    ID: truncate ? id.slice(0, SHORT_ID) : id,
    Name: name,
    Driver: driver,
    Scope: "local",
    IPv4: "true", // of all of them, as docker says of host and none too
    IPv6: String(hasIPv6),
    Internal: String(internal),
    Labels: Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(","),
    Label: (key: string) => Object.hasOwn(labels, key) ? labels[key] : "", // not what every object inherits
    CreatedAt: formatLocalTime(createdAt),
  };
}
