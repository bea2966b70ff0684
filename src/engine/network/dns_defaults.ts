/** Who is asked for names by containers that say nothing of it. */
import { UsageError } from "../../base/errors.ts";
import { formatIpAddress, parseIpAddress } from "../../base/ip_address.ts";
import { isResolverWord } from "../../base/resolv_conf.ts";
import { splitList } from "../../base/split_list.ts";
import type { ContainerOptions } from "../../store/container.ts";

type DnsOptions = Pick<ContainerOptions, "network" | "dns" | "dnsSearch" | "dnsOptions">;

/**
 * Gives a new container BUDGIE_DNS_SERVERS, BUDGIE_DNS_SEARCH and BUDGIE_DNS_OPTIONS (`a,b`), each where it has none of
 * its own, as if its flags had said so. One that shares another's network has the files of that one.
 * @throws UsageError naming the variable
 */
export function addDnsDefaults(
  options: DnsOptions,
  env: { get(name: string): string | undefined } = Deno.env,
): void {
  if (options.network === "container") return;
  if (options.dns.length === 0) options.dns = wordsOf(env, "BUDGIE_DNS_SERVERS").map(parseServer);
  if (options.dnsSearch.length === 0) options.dnsSearch = wordsOf(env, "BUDGIE_DNS_SEARCH");
  if (options.dnsOptions.length === 0) options.dnsOptions = wordsOf(env, "BUDGIE_DNS_OPTIONS");
}

function wordsOf(env: { get(name: string): string | undefined }, variable: string): string[] {
  const words = splitList(env.get(variable), ",");
  const wrong = words.find((word) => !isResolverWord(word));
  if (wrong === undefined) return words;
  throw new UsageError(`Cannot use ${variable}: '${wrong}' is not one word`, { hint: "Write it as a,b" });
}

function parseServer(text: string): string {
  const address = parseIpAddress(text);
  if (address) return formatIpAddress(address);
  throw new UsageError(`Cannot use BUDGIE_DNS_SERVERS: '${text}' is no IP address`, {
    hint: "Write 9.9.9.9,149.112.112.112",
  });
}
