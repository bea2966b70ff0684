/** Commands about networks. */
import type { CommandEntry } from "../command_entry.ts";

export const network: CommandEntry = {
  name: "network",
  summary: "Manage networks",
  example: "budgie network create front",
  commands: [
    {
      name: "connect",
      summary: "Connect a container to a network",
      load: async () => (await import("../commands/network.ts")).defineNetworkConnect,
    },
    {
      name: "create",
      summary: "Create a network",
      load: async () => (await import("../commands/network_create.ts")).defineNetworkCreate,
    },
    {
      name: "disconnect",
      summary: "Disconnect a container from a network",
      load: async () => (await import("../commands/network.ts")).defineNetworkDisconnect,
    },
    {
      name: "inspect",
      summary: "Show all details of one or more networks",
      load: async () => (await import("../commands/network.ts")).defineNetworkInspect,
    },
    {
      name: "ls",
      aliases: ["list"],
      summary: "List networks",
      load: async () => (await import("../commands/network_ls.ts")).defineNetworkLs,
    },
    {
      name: "prune",
      summary: "Remove all networks that no container is in",
      load: async () => (await import("../commands/network.ts")).defineNetworkPrune,
    },
    {
      name: "repair",
      summary: "Make links and packet rules anew where somebody took them away",
      load: async () => (await import("../commands/network.ts")).defineNetworkRepair,
    },
    {
      name: "rm",
      aliases: ["remove"],
      summary: "Remove one or more networks",
      load: async () => (await import("../commands/network.ts")).defineNetworkRm,
    },
  ],
};
