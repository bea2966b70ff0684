/** From the state, and the containers that are connected, to the packet rules. Whoever calls this holds the lock. */
import { applyRules, OutdatedRulesError } from "../../network/nft.ts";
import { hostInterface } from "../../network/link_name.ts";
import { formatChange, type RuleChange } from "../../network/rule_change.ts";
import type { EndpointRules, PortRules, Rules } from "../../network/rules.ts";
import { formatRuleset } from "../../network/ruleset.ts";
import type { ContainerRecord } from "../../store/container.ts";
import type { Endpoint, PublishedPort } from "../../store/network.ts";
import { dataDirDigest, DEFAULT_DATA_DIR, type StorePaths } from "../../store/paths.ts";
import type { State } from "../../store/state.ts";
import { observe } from "../observe.ts";
import { connectedContainers } from "./connected.ts";

/** The ID of a container that is still connected, but is to have no part in the rules. */
interface Except {
  without?: string;
}

/** Writes all rules anew. @throws BudgieError when nft is missing, or the kernel refuses them */
export async function applyAllRules(paths: StorePaths, state: State, except: Except = {}): Promise<void> {
  const rules = allRules(paths, state, except);
  await applyRules(formatRuleset(rules, tableName(paths)));
  await redirectFlows(rules.ports);
}

/** Lets a container that is connected be reached, and reach others. */
export async function addRules(paths: StorePaths, state: State, record: ContainerRecord): Promise<void> {
  const add = { endpoints: endpointRules(state, record), ports: portRules(paths, state, record) };
  await changeRules(paths, state, { add });
}

/** Takes a container that is still connected out of the rules; ports that it shares go on leading to the others. */
export async function removeRules(paths: StorePaths, state: State, record: ContainerRecord): Promise<void> {
  const ports = portRules(paths, state, record);
  const left = portRules(paths, state, record, { without: record.id });
  await changeRules(paths, state, {
    remove: {
      endpoints: endpointRules(state, record),
      ports: ports.filter((_, index) => left[index].targets.length === 0),
    },
    add: { ports: left.filter(({ targets }) => targets.length > 0) },
  }, { without: record.id });
}

/** Lets the ports that a container shares with others lead to those that work. */
export async function refreshPorts(paths: StorePaths, state: State, record: ContainerRecord): Promise<void> {
  await changeRules(paths, state, { add: { ports: portRules(paths, state, record) } });
}

async function changeRules(
  paths: StorePaths,
  state: State,
  change: RuleChange,
  except: Except = {},
): Promise<void> {
  const text = formatChange(change, tableName(paths));
  if (text === "") return;
  try {
    await applyRules(text);
  } catch (error) {
    if (!(error instanceof OutdatedRulesError)) throw error;
    await applyAllRules(paths, state, except);
  }
  const gone = change.remove?.ports?.map((port) => ({ ...port, targets: [] })) ?? [];
  await redirectFlows([...gone, ...change.add?.ports ?? []]);
}

/** Loaded only where it is needed, which is seldom. */
async function redirectFlows(ports: readonly PortRules[]): Promise<void> {
  if (!ports.some(({ protocol }) => protocol === "udp")) return;
  const { redirectUdpFlows } = await import("../../network/udp_flow.ts");
  redirectUdpFlows(ports);
}

/** Each data directory has tables of its own. */
export function tableName({ data }: StorePaths): string {
  return data === DEFAULT_DATA_DIR ? "budgie" : `budgie_${dataDirDigest(data)}`;
}

function allRules(paths: StorePaths, state: State, except: Except): Rules {
  const connected = connectedContainers(paths, state).filter(({ id }) => id !== except.without);
  return {
    networks: Object.values(state.networks).flatMap(({ bridge, subnets, internal, isolate }) =>
      bridge === undefined ? [] : [{ bridge, subnets, internal, isolate }]
    ),
    endpoints: connected.flatMap((record) => endpointRules(state, record)),
    ports: publishedPorts(paths, state, except),
  };
}

/** The ports of all containers that are connected; those of one group have each port in common. */
export function publishedPorts(paths: StorePaths, state: State, except: Except = {}): PortRules[] {
  const ports = new Map<string, PortRules>();
  for (const record of connectedContainers(paths, state)) {
    // To find the members of a group that work takes a look at each: once is enough.
    if (record.id === except.without || record.published.every((port) => ports.has(portKey(port)))) continue;
    for (const port of portRules(paths, state, record, except)) ports.set(portKey(port), port);
  }
  return [...ports.values()];
}

function endpointRules(state: State, record: ContainerRecord): EndpointRules[] {
  return bridged(state, record).map(({ endpoint, bridge }) => ({
    veth: hostInterface(record.id, endpoint.network),
    bridge,
    macAddress: endpoint.macAddress,
    addresses: endpoint.addresses,
    allowHost: record.options.allowHost,
  }));
}

/** Where its published ports lead; of a balanced group, to all of it that works. */
function portRules(
  paths: StorePaths,
  state: State,
  record: ContainerRecord,
  { without }: Except = {},
): PortRules[] {
  if (record.published.length === 0) return [];
  const { balance } = record.options;
  const members = (balance ? workingGroup(paths, state, balance.group) : [record])
    .filter(({ id }) => id !== without);
  return record.published.map(({ containerPort, ...port }) => ({
    ...port,
    targets: members.filter((member) => member === record || sharesPort(member, { containerPort, ...port }))
      .flatMap((member) => targetAddresses(state, member))
      .map((address) => ({ address, port: containerPort })),
    balance: balance?.method,
  }));
}

function workingGroup(paths: StorePaths, state: State, group: string): ContainerRecord[] {
  return connectedContainers(paths, state).filter((record) =>
    record.options.balance?.group === group && observe(paths, record).health?.status !== "unhealthy"
  );
}

function sharesPort({ published }: ContainerRecord, port: PublishedPort): boolean {
  const key = portKey(port);
  return published.some((own) => own.containerPort === port.containerPort && portKey(own) === key);
}

function portKey({ protocol, hostIp, hostPort }: Pick<PublishedPort, "protocol" | "hostIp" | "hostPort">) {
  return `${protocol} ${hostIp} ${hostPort}`;
}

/** In the first of its networks that has a way out, or else in the first. */
function targetAddresses(state: State, record: ContainerRecord): string[] {
  const all = bridged(state, record);
  const { endpoint } = all.find(({ internal }) => !internal) ?? all[0] ?? {};
  return endpoint?.addresses ?? [];
}

function bridged(
  state: State,
  { endpoints }: ContainerRecord,
): { endpoint: Endpoint; bridge: string; internal: boolean }[] {
  return endpoints.flatMap((endpoint) => {
    const { bridge, internal } = state.networks[endpoint.network];
    return bridge === undefined ? [] : [{ endpoint, bridge, internal }];
  });
}
