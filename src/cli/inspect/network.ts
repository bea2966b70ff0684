/** A network as docker's `network inspect` shows it, with a section of budgie's own. */
import { goMap } from "../../base/template/value.ts";
import type { NetworkMember, NetworkView } from "../../engine/network/list_networks.ts";
import type { SubnetRecord } from "../../store/network.ts";
import { endpointId } from "./endpoint_id.ts";

/** Of the `Budgie` section; raised when a field changes its meaning. */
const DATA_VERSION = 1;

/** Plain JSON in the order and spelling of docker's API ("NetworkInspect"). */
export function inspectNetwork(network: NetworkView) {
  const { subnets, labels, members } = network;
  return {
    Name: network.name,
    Id: network.id,
    Created: network.createdAt,
    Scope: "local",
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: subnets.some(isIPv6),
    IPAM: {
      Driver: "default",
      Options: null,
      Config: subnets.length > 0 ? subnets.map(ipamConfig) : null,
    },
    Internal: network.internal,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: goMap(Object.fromEntries(members.map((member) => [member.id, containerOf(network, member)]))),
    Options: goMap(optionsOf(network)),
    Labels: goMap(labels),
    Budgie: {
      DataVersion: DATA_VERSION,
      Bridge: network.bridge ?? "",
      Isolate: network.isolate,
    },
  };
}

function ipamConfig({ subnet, ipRange, gateway }: SubnetRecord) {
  return { Subnet: subnet, ...(ipRange && { IPRange: ipRange }), ...(gateway && { Gateway: gateway }) };
}

function containerOf(network: NetworkView, { id, name, endpoint }: NetworkMember) {
  const withPrefix = (wanted: (record: SubnetRecord) => boolean) => {
    const index = network.subnets.findIndex(wanted);
    const address = endpoint?.addresses[index];
    return address ? `${address}/${network.subnets[index].subnet.split("/")[1]}` : "";
  };
  return {
    Name: name,
    EndpointID: endpointId(network.id, id),
    MacAddress: endpoint?.macAddress ?? "",
    IPv4Address: withPrefix((record) => !isIPv6(record)),
    IPv6Address: withPrefix(isIPv6),
  };
}

/** In docker's names of them. */
function optionsOf({ mtu, parent }: NetworkView): Record<string, string> {
  return {
    ...(mtu !== undefined && { "com.docker.network.driver.mtu": String(mtu) }),
    ...(parent !== undefined && { parent }),
  };
}

function isIPv6({ subnet }: SubnetRecord): boolean {
  return subnet.includes(":");
}
