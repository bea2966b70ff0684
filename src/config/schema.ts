/**
 * Every key of the configuration, in one table: types, checks, defaults, messages, the comments of
 * `config init` and the reference page are all made of it.
 */
import { resolve } from "node:path/posix";
import { parseDuration } from "../base/duration.ts";
import { resolveHostPath } from "../base/host_path.ts";
import { parseIpAddress } from "../base/ip_address.ts";
import { HIGH_WATER, MIN_KEEP_MS } from "../base/keep_bounds.ts";
import { MAX_LOG_FILES, MIN_LOG_SIZE_BYTES } from "../base/log_bounds.ts";
import { parseMirrorUrl } from "../base/mirror_url.ts";
import { isResolverWord } from "../base/resolv_conf.ts";
import { CGROUP_MANAGER, SECRETS_BACKEND, type SoleChoice } from "../base/sole_choice.ts";
import { parseSubnet } from "../base/subnet.ts";
import { DEFAULT_POOLS, parseSubnetPool } from "../base/subnet_pool.ts";
import { list, mapOf, oneOrList, transform } from "../yaml/types/collection.ts";
import { object, optional, withDefault } from "../yaml/types/object.ts";
import {
  boolean,
  decimal,
  integer,
  Refusal,
  refuseWithGuess,
  size,
  text,
  word,
} from "../yaml/types/scalar.ts";
import type { Type } from "../yaml/types/type.ts";

/**
 * Absolute after reading: relative ones are relative to the file, those of variables and flags to the working directory.
 * `~` is HOME in a file; before a variable or a flag comes here, the shell has put it there, and no HOME is known.
 */
const hostPath: Type<string> = word({
  words: "a path of this host",
  json: { type: "string", minLength: 1 },
  parse(text, { context }) {
    if (text === "" || text.includes("\0")) return undefined;
    return context.env.HOME === undefined ? resolve(context.directory, text) : resolveHostPath(text, context);
  },
});

const RUNTIMES = ["auto", "crun", "runc"];
const RUNTIME_WORDS = "auto, crun, runc, or an absolute path";

const runtime: Type<string> = word({
  words: RUNTIME_WORDS,
  json: { type: "string", pattern: "^(auto|crun|runc|/.+)$" },
  parse(text) {
    if (RUNTIMES.includes(text) || /^\/[^\0]+$/.test(text)) return text;
    return refuseWithGuess(text, RUNTIMES, RUNTIME_WORDS);
  },
});

function soleChoice({ word: only, why }: SoleChoice): Type<string> {
  return word({
    words: only,
    json: { const: only },
    parse(text) {
      if (text === only) return text;
      throw new Refusal(`${only}; ${why}`);
    },
  });
}

const subnet: Type<string> = word({
  words: "the first address of an IPv4 subnet and its prefix length, such as 172.20.0.0/16",
  json: { type: "string", pattern: "^[0-9.]+/[0-9]+$" },
  parse: (text) => parseSubnet(text).first.family === 4 ? text : undefined,
});

const subnetPool: Type<string> = word({
  words: "an IPv4 subnet, such as 10.77.0.0/16, or all of one size in a range, such as 10.200.0.0/16:24",
  json: { type: "string", pattern: "^[0-9.]+/[0-9]+(:[0-9]+)?$" },
  parse(text) {
    parseSubnetPool(text);
    return text;
  },
});

const subnetPools = list(subnetPool, { of: "IPv4 subnets and ranges of them", identity: (pool) => pool });

const ipAddress: Type<string> = word({
  words: "an IP address",
  json: { type: "string" },
  parse: (text) => parseIpAddress(text) ? text : undefined,
});

const resolverWord: Type<string> = word({
  words: "one word",
  json: { type: "string" },
  // A comma would part it where the setting is in its variable.
  parse: (text) => isResolverWord(text) && !text.includes(",") ? text : undefined,
});

/** A rule of dev_valid_name() in the kernel, and no comma: see `resolverWord`. */
const interfaceName = text("the name of an interface", /^(?!\.\.?$)[^\s/:,]{1,15}$/);

/** An empty list is as good as none in a variable, so it can't mean anything else here. */
function someOf<T>(type: Type<T[]>): Type<T[]> {
  return transform(type, (items, place, node) => {
    const isEmpty = node.kind === "list" && node.items.length === 0;
    return isEmpty ? place.report(node, `is empty; expected ${type.words}, or no such key`) : items;
  });
}

/** Of keys whose feature comes with a later release. */
const LATER = { notYet: { asks: () => true } };
const LATER_UNLESS_FALSE = { notYet: { asks: (isOn: boolean) => isOn, except: "`false`" } };

const HOST_AND_PORT = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/;

const registry = text("a registry, as host or host:port", HOST_AND_PORT);

const peer = text("a machine, as host or host:port", HOST_AND_PORT);

const addressAndPort: Type<string> = word({
  words: "an IP address and a port, as 127.0.0.1:8080 or [::1]:8080",
  json: { type: "string", pattern: ":[0-9]{1,5}$" },
  parse(text) {
    const [, inBrackets, plain, port] = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(text) ?? [];
    const address = parseIpAddress(inBrackets ?? plain ?? "");
    const isWhole = address?.family === (inBrackets === undefined ? 4 : 6) && Number(port) <= 65_535;
    return isWhole && Number(port) > 0 ? text : undefined;
  },
});

const mirror: Type<string> = word({
  words: "a URL that begins with https:// or http://, without a user name",
  json: { type: "string", pattern: "^https?://" },
  secret: true, // a password in it is one of the mistakes
  parse: parseMirrorUrl,
});

const log = object({
  max_size: withDefault(size({ min: MIN_LOG_SIZE_BYTES }), "10m", {
    about: "The size of each file of a container's log, for containers that are created from now on.",
    example: "1m",
  }),
  max_files: withDefault(integer({ min: 1, max: MAX_LOG_FILES }), 3, {
    about: "How many files of its log a container keeps, the newest included.",
    example: "5",
  }),
});

const network = object({
  default: withDefault(
    text("none, host, or a network's name", /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/),
    "budgie0",
    {
      about: "The network of containers that name none: `none`, `host`, or a network's name.",
      example: "none",
    },
  ),
  subnet: optional(subnet, {
    about:
      "The subnet of the default network `budgie0`, when it is made. A free one of `network.pool` is chosen where the " +
      "host has a route to it.",
    example: "10.88.0.0/16",
    otherwise: "the first of `network.pool`",
  }),
  pool: withDefault(someOf(subnetPools), DEFAULT_POOLS, {
    about:
      "What new networks get their subnets from, in this order: a subnet, or with `:24` behind it every /24 " +
      "in it. Those that another network or a route of the host has are passed by.",
    example: "[10.200.0.0/16:24, 10.77.0.0/16]",
  }),
});

const dns = object({
  servers: withDefault(list(ipAddress, { of: "IP addresses" }), [], {
    about:
      "Name servers in place of the host's, for containers that are created from now on without `--dns`. In " +
      "their networks budgie still answers for names of containers, and asks these for all others.",
    example: "[9.9.9.9, 149.112.112.112]",
  }),
  search: withDefault(list(resolverWord, { of: "domains" }), [], {
    about:
      "Domains of names without a dot in place of the host's, for containers without `--dns-search`. `.` is " +
      "for none.",
    example: "[lan.example.com]",
  }),
  options: withDefault(list(resolverWord, { of: "options, as in resolv.conf(5)" }), [], {
    about: "Options of the resolver in place of the host's, for containers without `--dns-option`.",
    example: "[timeout:1, rotate]",
  }),
});

const registries = object({
  mirrors: withDefault(
    mapOf("registries to base URLs", registry, someOf(oneOrList(mirror, { of: "URLs" }))),
    {},
    {
      about: "Where else to look for a registry's images first: base URLs, in this order.",
      example: "docker.io:\n  - https://mirror.example.com",
    },
  ),
  insecure: withDefault(list(registry, { of: "hosts", identity: (host) => host }), [], {
    about: "Registries that may be spoken to by plain HTTP, as host or host:port. Loopback always may.",
    example: "[registry.lan:5000]",
  }),
  ca_file: optional(hostPath, {
    about: "A PEM file of authorities to trust beside the system's. Those in " +
      "`/etc/docker/certs.d/HOST[:PORT]/*.crt` are trusted for that host.",
    example: "/etc/ssl/lan-ca.pem",
    otherwise: "none",
  }),
  parallel_downloads: withDefault(integer({ min: 1, max: 16 }), 3, {
    about: "How many layers of a pull are fetched at the same time.",
    example: "6",
  }),
});

/** With its unit: 168 may be meant to be hours, and is not to be taken for seconds. */
const keep: Type<number> = word({
  words: "a duration such as 24h, 168h, 720h, from 1h",
  json: { type: "string", pattern: "^([0-9]*\\.?[0-9]*(ns|us|µs|μs|ms|s|m|h))+$" },
  parse(text) {
    const milliseconds = parseDuration(text);
    return milliseconds >= MIN_KEEP_MS ? milliseconds : undefined;
  },
});

const images = object({
  keep: optional(keep, {
    about: "How long an image stays that no container uses: after that the daemon removes it.",
    example: "168h",
    otherwise: "for ever",
  }),
  high_water: optional(integer(HIGH_WATER, "per cent"), {
    about:
      "How full the disk of `data_dir` may be, in per cent: above that the daemon removes images that no " +
      "container uses, the one that was used longest ago first.",
    example: "85",
    otherwise: "the disk may be full",
  }),
  max_ratio: withDefault(decimal({ min: 1 }), 200, {
    about: "How many times its packed size a layer may unpack to. More is taken for a decompression bomb.",
    example: "500",
  }),
  reserve: withDefault(size({ min: 0 }), "128m", {
    about: "Room on the disk that pulls and imports leave free.",
    example: "1g",
  }),
});

const secrets = object({
  backend: withDefault(soleChoice(SECRETS_BACKEND), SECRETS_BACKEND.word, {
    about: "Where secrets are kept. `file` is in encrypted files of `data_dir`, and the only one there is.",
    example: "file",
  }),
  passphrase_file: optional(hostPath, {
    about:
      "A file with the passphrase that secrets are encrypted with. Without one, the key is a file in `data_dir`.",
    example: "/etc/budgie/passphrase",
    otherwise: "none",
  }),
});

const sync = object({
  port: withDefault(integer({ min: 1, max: 65_535 }), 18_733, {
    about: "The TCP port at which other machines of the LAN get and send volumes.",
    example: "18800",
    ...LATER,
  }),
  cert: optional(hostPath, {
    about: "A PEM file with this machine's certificate.",
    example: "/etc/budgie/node.pem",
    otherwise: "none",
    ...LATER,
  }),
  key: optional(hostPath, {
    about: "A PEM file with the private key of `cert`.",
    example: "/etc/budgie/node.key",
    otherwise: "none",
    ...LATER,
  }),
  ca: optional(hostPath, {
    about: "A PEM file of the authority that the other machines' certificates are from.",
    example: "/etc/budgie/flock-ca.pem",
    otherwise: "none",
    ...LATER,
  }),
});

const discovery = object({
  enabled: withDefault(boolean, false, {
    about: "Whether other machines of the LAN are looked for, and find this one.",
    example: "true",
    ...LATER_UNLESS_FALSE,
  }),
  interfaces: withDefault(list(interfaceName, { of: "names of interfaces", identity: (name) => name }), [], {
    about: "Interfaces of the host to do so at, where it is not to be all that have a LAN.",
    example: "[eth0]",
    ...LATER,
  }),
  peers: withDefault(list(peer, { of: "hosts", identity: (host) => host }), [], {
    about: "Machines that are known without being looked for, as host or host:port.",
    example: "[nas.lan, 192.168.1.20:18733]",
    ...LATER,
  }),
});

const dashboard = object({
  enabled: withDefault(boolean, false, {
    about: "Whether the daemon serves the page that shows this host's containers.",
    example: "true",
    ...LATER_UNLESS_FALSE,
  }),
  listen: withDefault(addressAndPort, "127.0.0.1:18734", {
    about: "The address and the port of that page.",
    example: "192.168.1.10:18734",
    ...LATER,
  }),
});

/** The file: sections, and a few keys that stand alone. */
export const configSchema = object({
  data_dir: withDefault(hostPath, "/var/lib/budgie", {
    about: "Where budgie keeps everything: images, containers, volumes.",
    example: "/srv/budgie",
  }),
  run_dir: optional(hostPath, {
    about: "Where that lies which is gone after a reboot.",
    example: "/run/budgie-test",
    otherwise: "`/run/budgie`, and for another `data_dir` a folder in it",
  }),
  runtime: withDefault(runtime, "auto", {
    about: "The OCI runtime. `auto` is crun where it can be used, else runc.",
    example: "runc",
  }),
  cgroup_manager: withDefault(soleChoice(CGROUP_MANAGER), CGROUP_MANAGER.word, {
    about: "Who makes the cgroups of containers. `cgroupfs` is the OCI runtime itself; systemd is not asked.",
    example: "cgroupfs",
  }),
  stop_timeout: withDefault(integer({ min: 0, max: 999_999 }, "seconds"), 10, {
    about: "How long containers that say nothing of their own have to end before they are killed.",
    example: "30",
  }),
  log: withDefault(log, {}, {
    about: "How much of a container's output is kept.",
    example: "max_size: 1m\nmax_files: 5",
  }),
  network: withDefault(network, {}, {
    about: "What containers are connected to.",
    example: "default: none",
  }),
  dns: withDefault(dns, {}, {
    about: "Who is asked for names by containers that say nothing of it.",
    example: "servers: [9.9.9.9]",
  }),
  registries: withDefault(registries, {}, {
    about: "How registries are reached.",
    example: "parallel_downloads: 6",
  }),
  images: withDefault(images, {}, {
    about: "How long images are kept, and what unpacking one may cost.",
    example: "keep: 168h\nhigh_water: 85",
  }),
  secrets: withDefault(secrets, {}, {
    about: "How secrets are kept.",
    example: "passphrase_file: /etc/budgie/passphrase",
  }),
  sync: withDefault(sync, {}, {
    about: "How machines of a LAN share volumes.",
    example: "port: 18800",
  }),
  discovery: withDefault(discovery, {}, {
    about: "How machines of a LAN find each other.",
    example: "enabled: true",
  }),
  dashboard: withDefault(dashboard, {}, {
    about: "The page that shows this host's containers.",
    example: "enabled: true",
  }),
}, {
  elsewhere: {
    root: "data_dir",
    graphroot: "data_dir",
    "data-root": "data_dir",
    "default-runtime": "runtime",
    "registry-mirrors": "it in registries: registries: { mirrors: … }",
    "insecure-registries": "it in registries: registries: { insecure: … }",
    mirrors: "it in registries: registries: { mirrors: … }",
    insecure: "it in registries: registries: { insecure: … }",
    default_network: "it in network: network: { default: … }",
    "log-opts": "log",
    "default-address-pools": "it in network, without base and size: network: { pool: [10.200.0.0/16:24] }",
    default_subnet_pools: "it in network, without base and size: network: { pool: [10.200.0.0/16:24] }",
    bip: "it in network: network: { subnet: … }",
    "dns-search": "it in dns: dns: { search: … }",
    "dns-opts": "it in dns: dns: { options: … }",
  },
});
