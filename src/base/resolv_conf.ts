/** resolv.conf(5): which servers know names, and how libc asks them. */

export interface ResolvConf {
  /** addresses, of IPv6 perhaps with a zone, in the order in which they are to be asked */
  nameservers: string[];
  /** domains that short names are tried in */
  search: string[];
  /** as `ndots:2` */
  options: string[];
}

/** What is wrong is passed over, as libc does. */
export function parseResolvConf(text: string): ResolvConf {
  const conf: ResolvConf = { nameservers: [], search: [], options: [] };
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line.replace(/[#;].*/, "").trim().split(/\s+/);
    if (keyword === "nameserver" && values.length > 0) conf.nameservers.push(values[0]);
    else if (keyword === "search" || keyword === "domain") conf.search = values; // the last one counts
    else if (keyword === "options") conf.options.push(...values);
  }
  return conf;
}

export function formatResolvConf({ nameservers, search, options }: ResolvConf): string {
  const line = (words: string[]) => words.length > 1 ? [words.join(" ")] : [];
  const lines = [
    ...nameservers.map((nameserver) => `nameserver ${nameserver}`),
    ...line(["search", ...search]),
    ...line(["options", ...options]),
  ];
  return lines.map((text) => `${text}\n`).join("");
}

/** Whether it may stand for a domain or an option: a blank would begin another one. */
export function isResolverWord(text: string): boolean {
  return /^[^\s#;]+$/.test(text);
}
