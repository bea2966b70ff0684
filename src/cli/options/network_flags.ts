/** The flags about a container's network; `run` and `create` have them. */
import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import type { HostEntry } from "../../base/host_entry.ts";
import type { ContainerOptions } from "../../store/container.ts";
import type { PortOption } from "../../store/network.ts";
import { list } from "./list.ts";
import { parseAddHost, parseDns, resolverWord } from "./name_flags.ts";
import { type ChoiceFlags, networkChoice, type NetworkWord, parseNetwork } from "./network_mode.ts";
import { parseExpose, parsePublish, publishOptions } from "./publish.ts";

/** What the flags hold once parsed. */
export interface NetworkFlags extends ChoiceFlags {
  /** docker's old name */
  net?: NetworkWord[];
  publish?: PortOption[][];
  publishAll?: boolean;
  expose?: string[][];
  dns?: string[];
  dnsSearch?: string[];
  dnsOption?: string[];
  /** docker's old name */
  dnsOpt?: string[];
  addHost?: HostEntry[];
  allowHost?: boolean;
}

/** Adds the flags in the order of the help. Not as types: whoever reads them knows NetworkFlags. */
export function addNetworkFlags(command: CommandUnknownOpts): void {
  command
    .option(
      "--network <network>",
      "connect it to a network: its name, none, host, or container:NAME",
      list(parseNetwork),
    )
    .addOption(new Option("--net <network>").hideHelp().argParser(list(parseNetwork)))
    .option("--network-alias <name>", "another name of it in its network", list(String))
    .option("--ip <address>", "its IPv4 address")
    .option("--ip6 <address>", "its IPv6 address")
    .option("--mac-address <address>", "its MAC address")
    .option(
      "-p, --publish <ports>",
      "publish ports: [ip:][host:]container[/protocol][,publish=host]",
      list(parsePublish),
    )
    .option("-P, --publish-all", "publish every exposed port, on a free port of the host each")
    .option("--expose <port>", "a port that it listens on, as the image's EXPOSE", list(parseExpose))
    .option("--dns <address>", "name server, in place of the host's", list(parseDns))
    .option(
      "--dns-search <domain>",
      "domain of names without a dot; '.' for none",
      list(resolverWord("--dns-search")),
    )
    .option("--dns-option <option>", "option of the resolver: ndots:2", list(resolverWord("--dns-option")))
    .addOption(new Option("--dns-opt <option>").hideHelp().argParser(list(resolverWord("--dns-opt"))))
    .option("--add-host <host>", "line of /etc/hosts: name:ip, or name:host-gateway", list(parseAddHost))
    .option("--allow-host", "let it connect to services of the host by its gateway's address");
}

/** @throws UsageError for what does not go together */
export function networkOptions(flags: NetworkFlags) {
  const { network = [], net = [], dnsOption = [], dnsOpt = [] } = flags;
  return {
    ...networkChoice({ ...flags, network: [...network, ...net] }),
    ports: publishOptions(flags.publish ?? []),
    publishAll: flags.publishAll ?? false,
    expose: [...new Set(flags.expose?.flat())],
    dns: flags.dns ?? [],
    dnsSearch: flags.dnsSearch ?? [],
    dnsOptions: [...dnsOption, ...dnsOpt],
    extraHosts: flags.addHost ?? [],
    allowHost: flags.allowHost ?? false,
  } satisfies Partial<ContainerOptions>;
}
