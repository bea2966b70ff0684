/** `budgie network inspect`, `rm`, `prune`, `repair`, `connect` and `disconnect`. */
import type { Command } from "@commander-js/extra-typings";
import { BudgieError, NotFoundError } from "../../base/errors.ts";
import type { NetworkRecord } from "../../store/network.ts";
import { askFirst } from "../ask_first.ts";
import type { CliContext } from "../context.ts";
import { forEach } from "../for_each.ts";
import { list } from "../options/list.ts";
import { refuseFlags } from "../options/not_yet.ts";

export function defineNetworkInspect(command: Command, context: CliContext): void {
  refuseFlags(command, ["-v, --verbose"]);
  command
    .usage("[OPTIONS] NETWORK [NETWORK...]")
    .argument("<network...>", "names or IDs")
    .option("-f, --format <template>", "'json', or a Go template such as '{{.Driver}}'")
    .addHelpText("after", "\nExample:\n  budgie network inspect --format '{{json .IPAM.Config}}' front")
    .action(async (networks, { format }) => {
      const { findNetworkView } = await import("../../engine/network/list_networks.ts");
      const { inspectNetwork } = await import("../inspect/network.ts");
      const { printInspected } = await import("../inspect/print.ts");
      const engine = await context.engine();
      const host = await hostOf(context);
      const find = (name: string) => inspectNetwork(findNetworkView(engine, name, host));
      await printInspected(context, networks, { find, format });
    });
}

export function defineNetworkRm(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] NETWORK [NETWORK...]")
    .argument("<network...>", "names or IDs")
    .option("-f, --force", "disconnect the containers in it first; a missing one is no failure", false)
    .addHelpText("after", "\nExample:\n  budgie network rm front")
    .action(async (networks, { force }) => {
      const { removeNetwork } = await import("../../engine/network/remove_network.ts");
      const engine = await context.engine();
      await forEach(context, networks, async (network) => {
        try {
          await removeNetwork(engine, network, { force });
          context.print(network);
        } catch (error) {
          if (!force || !(error instanceof NotFoundError)) throw error;
          context.notify(`Error: ${error.message}`);
        }
      });
    });
}

export function defineNetworkPrune(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .option("-f, --force", "do not ask", false)
    .option("--filter <filter>", "only what fits: until=24h, label=tier, label!=keep", list(String), [])
    .addHelpText("after", "\nExample:\n  budgie network prune -f --filter until=24h")
    .action(async ({ force, filter }) => {
      const { pruneFilter } = await import("../listing/prune_filter.ts");
      const { pruneNetworks } = await import("../../engine/network/remove_network.ts");
      const fits = pruneFilter<NetworkRecord>(filter, {
        now: Date.now(),
        createdAt: ({ createdAt }) => createdAt,
        labels: ({ labels }) => labels,
      });
      const engine = await context.engine();
      if (!force) askFirst("remove all custom networks not used by at least one container");
      const deleted = await pruneNetworks(engine, fits);
      if (deleted.length > 0) context.print(`Deleted Networks:\n${deleted.join("\n")}\n`);
    });
}

export function defineNetworkConnect(command: Command, context: CliContext): void {
  refuseFlags(command, [
    "--driver-opt <option>",
    "--gw-priority <number>",
    "--link <container>",
    "--link-local-ip <address>",
  ]);
  command
    .usage("[OPTIONS] NETWORK CONTAINER")
    .argument("<network>", "name or ID")
    .argument("<container>", "name or ID; it may be running")
    .option("--alias <name>", "further name of the container in this network", list(String), [])
    .option("--ip <address>", "fixed IPv4 address")
    .option("--ip6 <address>", "fixed IPv6 address")
    .option("--mac-address <address>", "fixed MAC address")
    .addHelpText("after", "\nExample:\n  budgie network connect --alias db back postgres")
    .action(async (network, container, { alias, ip, ip6, macAddress }) => {
      const { connectToNetwork } = await import("../../engine/network/connect.ts");
      await connectToNetwork(await context.engine(), container, {
        option: {
          name: network,
          addresses: [ip, ip6].filter((address) => address !== undefined),
          macAddress,
          aliases: alias,
        },
        host: await hostOf(context),
      });
    });
}

export function defineNetworkDisconnect(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS] NETWORK CONTAINER")
    .argument("<network>", "name or ID")
    .argument("<container>", "name or ID; it may be running")
    .option("-f, --force", "a container that is not in it is no failure", false)
    .addHelpText("after", "\nExample:\n  budgie network disconnect back postgres")
    .action(async (network, container, { force }) => {
      const { disconnectFromNetwork } = await import("../../engine/network/connect.ts");
      await disconnectFromNetwork(await context.engine(), container, { network, force });
    });
}

export function defineNetworkRepair(command: Command, context: CliContext): void {
  command
    .usage("[OPTIONS]")
    .addHelpText("after", "\nExample:\n  budgie network repair")
    .action(async () => {
      const { repairNetworks } = await import("../../engine/network/repair.ts");
      const { removed, complaints } = await repairNetworks(await context.engine());
      for (const what of removed) context.print(what);
      for (const complaint of complaints) context.report(new BudgieError(complaint));
    });
}

async function hostOf(context: CliContext) {
  const { networkHost } = await import("../../engine/network/network_host.ts");
  return await networkHost((message) => context.notify(`Warning: ${message}`));
}
