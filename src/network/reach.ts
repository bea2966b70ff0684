/**
 * What else on the host may keep others from a published port: firewalls that let through only what they know. None of
 * our rules can overrule them, and none of ours changes them.
 */
import { readTextIfThere } from "../base/optional_file.ts";
import { runNft } from "./nft.ts";

/** A chain of somebody else's that drops or rejects what it has not accepted before. */
export interface Obstacle {
  /** of nftables; inet is both of IPv4 and IPv6 */
  family: "ip" | "ip6" | "inet";
  table: string;
  chain: string;
  /** forward and prerouting: in the way of published ports; input: of the names that the host tells containers */
  hook: "forward" | "prerouting" | "input";
}

/** A sentence for a person. */
export function describeObstacle({ family, table, chain, hook }: Obstacle): string {
  const versions = family === "inet" ? "" : family === "ip" ? " of IPv4" : " of IPv6";
  const whom = hook === "input" ? "containers from the host's DNS" : "others from published ports";
  return `The firewall chain '${chain}' (table ${family} ${table}) may keep ${whom}: it lets nothing${versions} pass ` +
    "but what its own rules accept";
}

/**
 * The obstacles on this host, of nftables and of iptables in its older form.
 * @throws BudgieError when nft is not there, or may not be run
 */
export async function findObstacles(): Promise<Obstacle[]> {
  const ruleset = await runNft(["--json", "--terse", "list", "ruleset"], {
    purpose: "read the packet rules",
  });
  return [...parseObstacles(ruleset), ...await legacyObstacles("ip"), ...await legacyObstacles("ip6")];
}

/** Ours, of all data directories. */
const OWN_TABLE = /^budgie(_[0-9a-f]{12})?$/;
const FAMILIES = ["ip", "ip6", "inet"];
const HOOKS = ["forward", "prerouting", "input"];

/** One object of libnftables-json(5), of what is looked at here. */
interface NftObject {
  chain?: { family: string; table: string; name: string; hook?: string; policy?: string };
  rule?: { family: string; table: string; chain: string; expr: Record<string, unknown>[] };
}

/** @param ruleset what `nft --json list ruleset` prints: each chain's rules in their order */
export function parseObstacles(ruleset: string): Obstacle[] {
  const { nftables }: { nftables: NftObject[] } = JSON.parse(ruleset);
  const lastRules = new Map(
    nftables.flatMap(({ rule }) =>
      rule ? [[`${rule.family} ${rule.table} ${rule.chain}`, rule.expr] as const] : []
    ),
  );
  return nftables.flatMap(({ chain }) => {
    if (!chain?.hook || !FAMILIES.includes(chain.family) || !HOOKS.includes(chain.hook)) return [];
    if (chain.family === "inet" && OWN_TABLE.test(chain.table)) return [];
    const lastRule = lastRules.get(`${chain.family} ${chain.table} ${chain.name}`) ?? [];
    // firewalld accepts by policy, and rejects everything in the last of its rules.
    if (chain.policy !== "drop" && !refusesEverything(lastRule)) return [];
    const { family, table, name, hook } = chain;
    return [{ family, table, chain: name, hook } as Obstacle];
  });
}

/** Whether a rule has no condition, and drops or rejects. */
function refusesEverything(expressions: Record<string, unknown>[]): boolean {
  const effects = expressions.filter((expression) => !("counter" in expression || "log" in expression));
  const [effect] = effects;
  return effects.length === 1 && ("drop" in effect || "reject" in effect || isRejectTarget(effect));
}

/** How nft shows `iptables -j REJECT`. */
function isRejectTarget({ xt }: Record<string, unknown>): boolean {
  return typeof xt === "object" && xt !== null && "name" in xt && xt.name === "REJECT";
}

/** Of the tables that iptables had before it was made of nftables; asking for them where they are not makes them. */
async function legacyObstacles(family: "ip" | "ip6"): Promise<Obstacle[]> {
  const tables = readTextIfThere(`/proc/net/${family}_tables_names`) ?? "";
  if (!tables.split("\n").includes("filter")) return [];
  return parseLegacyObstacles(
    await runIptables(family === "ip" ? "iptables-legacy" : "ip6tables-legacy"),
    family,
  );
}

/** @param rules what `iptables -S` prints */
export function parseLegacyObstacles(rules: string, family: "ip" | "ip6"): Obstacle[] {
  const lines = rules.split("\n");
  return (["FORWARD", "INPUT"] as const).flatMap((chain) => {
    const last = lines.findLast((line) => line.startsWith(`-A ${chain} `)) ?? "";
    const refuses = lines.includes(`-P ${chain} DROP`) || /^-A \w+ -j (DROP|REJECT)\b/.test(last);
    const hook = chain === "FORWARD" ? "forward" as const : "input" as const;
    return refuses ? [{ family, table: "filter", chain, hook }] : [];
  });
}

/** Empty where it is not installed: then it is not known what the tables are for. */
async function runIptables(program: string): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(program, { args: ["-S"], stdin: "null", stderr: "null" })
      .output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
