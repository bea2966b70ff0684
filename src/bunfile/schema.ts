/**
 * Every key of a .bun file, in one table: types, checks, defaults, messages, the JSON Schema and the
 * reference are all made of it.
 */
import { environment, labels, sysctls } from "./schema/assignments.ts";
import { devices } from "./schema/devices.ts";
import { envFiles } from "./schema/env_file.ts";
import { healthcheck } from "./schema/health.ts";
import { imageOrName } from "./schema/image.ts";
import { dependencies, replicas, restartPolicy, scale, signal } from "./schema/lifecycle.ts";
import { log } from "./schema/log.ts";
import {
  expose,
  extraHosts,
  hostname,
  isNetworkName,
  network,
  networks,
  resolverWords,
} from "./schema/network.ts";
import { ports } from "./schema/ports.ts";
import { resources } from "./schema/resources.ts";
import { secrets } from "./schema/secrets.ts";
import { capabilities, securityOptions, ulimits } from "./schema/security.ts";
import { tmpfs } from "./schema/tmpfs.ts";
import { volumes } from "./schema/volumes.ts";
import { ipAddress, name } from "./schema/words.ts";
import { oneOrList, transform } from "../yaml/types/collection.ts";
import { exclusive, object, optional, required, withDefault } from "../yaml/types/object.ts";
import { boolean, choice, duration, size, text } from "../yaml/types/scalar.ts";

/** Of the container whose network it shares. */
const THE_OTHERS = [
  "hostname",
  "expose",
  "allow_host",
  "dns",
  "dns_search",
  "dns_options",
  "extra_hosts",
] as const;

const isNotEmpty = (list: readonly unknown[]) => list.length > 0;

const keys = object({
  version: required(choice("1.0"), {
    about: "The version of this format.",
    example: '"1.0"',
  }),
  name: optional(name, {
    about: "The container's name.",
    example: "web",
    otherwise: "one is made up",
  }),
  image: required(imageOrName, {
    about: "What to run. A text is the image alone.",
    example: "nginx:1.27",
  }),
  ports: withDefault(ports, [], {
    about:
      "Ports of the container that are reachable on the host. As text `[host_ip:][host_port:]container_port" +
      "[/protocol]`, also with ranges: `8000-8002:80-82`; of `8000-8010:80`, a free port of the host is chosen.",
    example: "- container_port: 80\n  host_port: 8080\n- 127.0.0.1:8443:443",
  }),
  expose: withDefault(expose, [], {
    about:
      "Ports that the program listens on, for listings and for `--publish-all`; nobody needs it to connect.",
    example: "[80, 53/udp]",
  }),
  volumes: withDefault(volumes, [], {
    about:
      "Folders and files of the host, and named volumes, in the container. As text `[source:]target[:mode]`.",
    example: "- source: ./site\n  target: /usr/share/nginx/html\n  mode: ro\n- cache:/var/cache/nginx",
  }),
  environment: withDefault(environment, {}, {
    about:
      "Environment variables, as a map or a list of `NAME=value`. A name without a value has the host's, and is " +
      "left out if the host has none.",
    example: "LOG_LEVEL: info\nTZ:",
  }),
  env_file: withDefault(envFiles, [], {
    about:
      "Files of environment variables, relative to this file: `NAME=value` lines, `#` comments, quotes. " +
      "Later files win over earlier ones, and `environment` wins over them all.",
    example: "./web.env",
  }),
  healthcheck: optional(healthcheck, {
    about: "How to find out whether the program works.",
    example: "path: /health\ninterval: 10s",
    otherwise: "the image's HEALTHCHECK, if it has one",
  }),
  restart_policy: withDefault(restartPolicy, "no", {
    about: "What to do when the program has ended. As text `always`, `on-failure:5`.",
    example: "name: on-failure\nmaximum_retry_count: 5",
  }),
  stop_timeout: optional(duration, {
    about: "How long the program has to end after the stop signal, before it is killed.",
    example: "30s",
    otherwise: "`BUDGIE_STOP_TIMEOUT`, or 10s",
  }),
  stop_signal: optional(signal, {
    about: "The signal that asks the program to end, by name or number.",
    example: "SIGQUIT",
    otherwise: "the image's, or SIGTERM",
  }),
  log: withDefault(log, {}, {
    about: "How much of the program's output is kept for `budgie logs`.",
    example: "max_size: 1m\nmax_files: 5",
    otherwise: "`BUDGIE_LOG_MAX_SIZE` and `BUDGIE_LOG_MAX_FILES`",
  }),
  depends_on: withDefault(dependencies, [], {
    about:
      "Containers that are started before this one and stopped after it, as a list of names, or as a map with " +
      "conditions. They stand beside it, or are on the host already.",
    example: "db:\n  condition: healthy\n  restart: true",
  }),
  scale: optional(scale, {
    about:
      "How many of this container run on this host, as `NAME-1`, `NAME-2` and so on. They have the name in common, " +
      "for others on their networks and in `depends_on`, and publish each of their ports together.",
    example: "3",
    otherwise: "one, with the name as it is",
  }),
  balance: optional(choice("round-robin", "source"), {
    about:
      "Which of them gets a connection to a port that they publish together: each in turn, or by the address " +
      "that it comes from, always the same.",
    example: "source",
    otherwise: "`round-robin`",
  }),
  replicas: withDefault(replicas, {}, {
    about: "How many of this container run, on all machines together.",
    example: "min: 2\nmax: 4",
    otherwise: "one",
    notYet: { asks: ({ min, max }) => min !== 1 || max !== 1, except: "one" },
  }),
  resources: withDefault(resources, {}, {
    about:
      "Limits. One that the host cannot enforce is refused, unless `--allow-unenforced-limits` is given.",
    example: "cpus: 1.5\nmemory_limit: 512m\npids_limit: 200",
  }),
  user: optional(text("user or user:group, names or numbers", /^[^\s:]+(:[^\s:]+)?$/), {
    about: "Who the program runs as, `user[:group]`, by name in the image or by number.",
    example: '"1000:1000"',
    otherwise: "the image's, or root",
  }),
  hostname: optional(hostname, {
    about: "The host name that the container sees.",
    example: "web.example.com",
    otherwise: "the container's short ID",
  }),
  read_only: withDefault(boolean, false, {
    about: "The image's files cannot be changed; volumes and tmpfs can.",
    example: "true",
  }),
  tmpfs: withDefault(tmpfs, [], {
    about: "File systems in memory, `target[:options]`; options are `size=64m`, `mode=1777`, `ro`.",
    example: "- /tmp\n- /run:size=64m,mode=0755",
  }),
  cap_add: withDefault(capabilities, [], {
    about: "Linux capabilities on top of docker's usual ones; `ALL` for every one.",
    example: "[NET_ADMIN]",
  }),
  cap_drop: withDefault(capabilities, [], {
    about: "Linux capabilities to take away; `ALL` leaves those in `cap_add` only.",
    example: "[ALL]",
  }),
  privileged: withDefault(boolean, false, {
    about: "Every capability and device, no seccomp filter: as good as root on the host.",
    example: "true",
  }),
  security_opt: withDefault(securityOptions, [], {
    about: "As docker's `--security-opt`: `no-new-privileges`, `seccomp=FILE` (relative to this file) or " +
      "`seccomp=unconfined`, `apparmor=PROFILE`, `label=…`, `systempaths=unconfined`.",
    example: "[no-new-privileges]",
  }),
  devices: withDefault(devices, [], {
    about: "Devices of the host. As text `source[:target][:permissions]`.",
    example: "- /dev/ttyUSB0:/dev/modem:rw",
  }),
  ulimits: withDefault(ulimits, {}, {
    about:
      "Limits of each process, as setrlimit(2) has them: a number for both, or `soft` and `hard`. -1 is no limit.",
    example: "nofile:\n  soft: 1024\n  hard: 4096\ncore: 0",
  }),
  sysctls: withDefault(sysctls, {}, {
    about: "Kernel parameters of the container's own: `net.…`, `fs.mqueue.…` and those of System V IPC.",
    example: "net.core.somaxconn: 1024",
  }),
  shm_size: optional(size({ min: 1 }), {
    about: "Size of `/dev/shm`.",
    example: "128m",
    otherwise: "64m",
  }),
  init: withDefault(boolean, false, {
    about: "Start a small init as process 1 that passes signals on and collects ended processes.",
    example: "true",
  }),
  labels: withDefault(labels, {}, {
    about: "Words for people and programs, as a map or a list of `name=value`.",
    example: "team: shop",
  }),
  network: optional(network, {
    about:
      "`none`, `host`, a network's name, or `container:NAME` for that container's, on which this one depends then.",
    example: "front",
    otherwise: "what `BUDGIE_NETWORK_DEFAULT` says, or `budgie0`",
  }),
  networks: withDefault(networks, [], {
    about:
      "Several networks, as a list of names, or as a map with addresses and aliases. The first one is the way " +
      "out.",
    example: "front:\nback:\n  ip: 172.20.0.10\n  aliases: [shop]",
  }),
  allow_host: withDefault(boolean, false, {
    about: "Let the container connect to services of the host by the address of its gateway.",
    example: "true",
  }),
  dns: withDefault(oneOrList(ipAddress, { of: "addresses", identity: (address) => address }), [], {
    about: "Name servers to ask for names that are not of containers, in place of the host's.",
    example: "[9.9.9.9]",
  }),
  dns_search: withDefault(oneOrList(resolverWords("a domain"), { of: "domains" }), [], {
    about: "Domains to look for names in that have no dot, in place of the host's; `.` for none.",
    example: "[example.com]",
  }),
  dns_options: withDefault(oneOrList(resolverWords("an option of resolv.conf(5)"), { of: "options" }), [], {
    about: "Options of the resolver, as resolv.conf(5) has them.",
    example: "[ndots:2]",
  }),
  extra_hosts: withDefault(extraHosts, [], {
    about:
      "Lines for the container's /etc/hosts, as a map or a list of `name=address`; `host-gateway` is the host.",
    example: "printer: 192.168.1.20",
  }),
  secrets: withDefault(secrets, [], {
    about: "Secrets to mount as files below `/run/secrets`. As text the name alone.",
    example: "- db_password\n- source: tls_key\n  target: server.key\n  mode: 0440",
  }),
  tty: withDefault(boolean, false, {
    about: "Give the program a terminal.",
    example: "true",
  }),
  stdin_open: withDefault(boolean, false, {
    about: "Keep standard input open.",
    example: "true",
  }),
}, {
  rules: [
    exclusive("network", "networks"),
    {
      about:
        "ports can be published with a network of the container's own, not with none, host or container:NAME",
      broken: ({ network, ports = [] }) =>
        network !== undefined && !isNetworkName(network) && isNotEmpty(ports) ? "ports" : undefined,
    },
    {
      about: `with container:NAME as the network, ${THE_OTHERS.join(", ")} are the other container's`,
      broken: ({ network }, written) =>
        network?.startsWith("container:") ? THE_OTHERS.find((key) => written.has(key)) : undefined,
    },
    {
      about: "scale needs a name",
      broken: ({ name, scale }) => scale !== undefined && name === undefined ? "scale" : undefined,
    },
    {
      about: "balance is for several containers: it needs scale",
      broken: ({ balance, scale }) => balance !== undefined && scale === undefined ? "balance" : undefined,
    },
    {
      about: "several containers can't have the same ip or mac_address: scale needs them free",
      broken: ({ networks = [], scale = 1 }) =>
        scale > 1 && networks.some(({ ip, mac_address }) => ip.length > 0 || mac_address !== undefined)
          ? "networks"
          : undefined,
    },
    {
      about: "a tmpfs may not have the target of a volume",
      broken: ({ tmpfs = [], volumes = [] }) =>
        tmpfs.some(({ target }) => volumes.some((volume) => volume.target === target)) ? "tmpfs" : undefined,
    },
    {
      about: "a container cannot depend on itself",
      broken: ({ name, depends_on = [] }) =>
        depends_on.some((dependency) => dependency.name === name) ? "depends_on" : undefined,
    },
  ],
  elsewhere: {
    services: "the keys of each service at the top of a document, with '---' between two documents",
    docker_image: "image, and docker_image in it",
    container_name: "name",
    restart: "restart_policy",
    command: "it in image: image: { command: … }",
    entrypoint: "it in image: image: { entrypoint: … }",
    working_dir: "workdir in image",
    workdir: "it in image: image: { workdir: … }",
    platform: "it in image: image: { platform: … }",
    pull_policy: "it in image: image: { pull_policy: … }",
    network_mode: "network",
    stop_grace_period: "stop_timeout",
    logging: "log",
    mem_limit: "memory_limit in resources",
    memory: "memory_limit in resources",
    memory_limit: "it in resources: resources: { memory_limit: … }",
    cpus: "it in resources: resources: { cpus: … }",
    pids_limit: "it in resources: resources: { pids_limit: … }",
    cpuset: "it in resources: resources: { cpuset: … }",
    cpu_shares: "it in resources: resources: { cpu_shares: … }",
    dns_opt: "dns_options",
  },
});

/** The keys, with the variables of `env_file` in `environment`. */
export const bunSchema = transform(keys, ({ env_file, environment, ...rest }) => ({
  ...rest,
  env_file: env_file.map(({ path }) => path),
  environment: Object.assign(
    {},
    ...env_file.map(({ variables }) => variables),
    environment,
  ) as typeof environment,
}));
