/** What /etc/resolv.conf of a container says (resolv.conf(5)). Pure. */
import { formatResolvConf, parseResolvConf } from "../base/resolv_conf.ts";
import type { NetworkMode } from "../store/container.ts";

export interface ResolvConfOptions {
  container: { network: NetworkMode; dns: string[]; dnsSearch: string[]; dnsOptions: string[] };
  /** budgie's own, which ask the container's `dns` or the host's for what they don't know; undefined: there are none */
  nameservers?: string[];
  onWarning?: (message: string) => void;
}

/** The host's files, "" where there is none. */
export interface HostResolvConf {
  resolvConf: string;
  /** which servers systemd-resolved asks, where that is what the host itself asks */
  uplinks: string;
}

/** docker's way to say that no domains are to be searched. */
const NO_SEARCH = ".";
/** Without it, libc would ask for `web.<search domain>` before it asks for `web`. */
const NAMES_AS_THEY_ARE = "ndots:0";

export function resolvConfText(options: ResolvConfOptions, host: HostResolvConf): string {
  const { container: { network, dns, dnsSearch, dnsOptions }, nameservers: own } = options;
  const isPlain = dns.length + dnsSearch.length + dnsOptions.length === 0;
  if (network === "host" && isPlain) return host.resolvConf;

  const ofHost = network === "none" ? parseResolvConf("") : parseResolvConf(host.resolvConf);
  const search = (dnsSearch.length > 0 ? dnsSearch : ofHost.search).filter((domain) => domain !== NO_SEARCH);
  const flags = dnsOptions.length > 0 ? dnsOptions : ofHost.options;
  const hasDots = flags.some((flag) => flag.startsWith("ndots:"));
  return formatResolvConf({
    nameservers: own ?? (dns.length > 0 ? dns : hostServers(options, host, ofHost.nameservers)),
    search,
    options: own && !hasDots ? [...flags, NAMES_AS_THEY_ARE] : flags,
  });
}

function hostServers(
  { container: { network }, onWarning }: ResolvConfOptions,
  { uplinks }: HostResolvConf,
  nameservers: string[],
): string[] {
  if (network === "host" || network === "none") return nameservers;
  const direct = nameservers.filter(isReachable);
  const found = direct.length > 0 ? direct : parseResolvConf(uplinks).nameservers.filter(isReachable);
  if (found.length === 0) {
    onWarning?.(
      "the container knows no server for names: the host's can be asked only by the host; name one by --dns",
    );
  }
  return found;
}

/** From another machine, or from a container: not on loopback, nor by an interface of the host. */
function isReachable(nameserver: string): boolean {
  return !nameserver.startsWith("127.") && nameserver !== "::1" && !nameserver.includes("%");
}
