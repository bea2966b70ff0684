/** `budgie network create`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { NotSupportedError } from "../../base/errors.ts";
import { createNetwork } from "../../engine/network/create_network.ts";
import { networkHost } from "../../engine/network/network_host.ts";
import type { CliContext } from "../context.ts";
import { cut, parseLabel } from "../options/key_value.ts";
import { list } from "../options/list.ts";
import { refuseFlags } from "../options/not_yet.ts";
import { wholeNumber } from "../options/number.ts";

export function defineNetworkCreate(command: Command, context: CliContext): void {
  refuseFlags(command, NOT_YET);
  command
    .usage("[OPTIONS] NETWORK")
    .argument("<network>", "name of the new network")
    .addOption(
      new Option("-d, --driver <driver>", "how it reaches the host")
        .choices(["bridge", "macvlan", "ipvlan"] as const).default("bridge" as const),
    )
    .option("--subnet <subnet>", "range of its addresses, as 172.25.0.0/16 or fd00:25::/64", list(String), [])
    .option(
      "--gateway <address>",
      "the host's address in a subnet; of a macvlan, the router's",
      list(String),
      [],
    )
    .option("--ip-range <range>", "part of a subnet that containers get addresses of", list(String), [])
    .option("--ipv6", "choose an IPv6 subnet too", false)
    .option("--internal", "no way out of it", false)
    .option("--isolate", "its containers do not reach each other either", false)
    .option("--label <label>", "add a label: key=value", list(parseLabel), [])
    .option("--mtu <bytes>", "size of the largest packet", wholeNumber("--mtu", 1))
    .option("--parent <interface>", "interface of the host that a macvlan or ipvlan lies on")
    .option(
      "-o, --opt <option>",
      "docker's word for it: com.docker.network.driver.mtu=1400, parent=eth0",
      list(parseOpt),
      [],
    )
    .addHelpText(
      "after",
      "\nExample:\n  budgie network create --subnet 172.25.0.0/16 --label tier=front front",
    )
    .action(async (name, flags) => {
      const opts: Opt = Object.assign({}, ...flags.opt);
      const engine = await context.engine();
      const record = createNetwork(engine, name, {
        options: {
          driver: flags.driver,
          subnets: flags.subnet,
          gateways: flags.gateway,
          ipRanges: flags.ipRange,
          ipv6: flags.ipv6,
          internal: flags.internal,
          isolate: flags.isolate,
          labels: Object.fromEntries(flags.label),
          mtu: flags.mtu ?? opts.mtu,
          parent: flags.parent ?? opts.parent,
        },
        host: await networkHost((message) => context.notify(`Warning: ${message}`)),
      });
      context.print(record.id);
    });
}

/** What `-o` can say. */
interface Opt {
  mtu?: number;
  parent?: string;
}

function parseOpt(text: string): Opt {
  const [key, value = ""] = cut(text);
  switch (key) {
    case "com.docker.network.driver.mtu":
      return { mtu: wholeNumber(`--opt ${key}`, 1)(value) };
    case "parent":
      return { parent: value };
    default:
      throw new NotSupportedError(`--opt ${key}`, {
        hint: "There are com.docker.network.driver.mtu and parent; --isolate is docker's enable_icc=false",
      });
  }
}

/** docker's other flags. */
const NOT_YET = [
  "--attachable",
  "--aux-address <address>",
  "--config-from <network>",
  "--config-only",
  "--ingress",
  "--ipam-driver <driver>",
  "--ipam-opt <option>",
  "--ipv4",
  "--scope <scope>",
];
