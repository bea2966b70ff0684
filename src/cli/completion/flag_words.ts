/** Words that a flag's value may be, whatever there is on this host. */
import { CAPABILITIES } from "../../../oci/capabilities.ts";
import { RLIMITS } from "../../../oci/rlimits.ts";
import { SIGNAL_NAMES } from "../../base/signals.ts";
import { LOG_DRIVERS, LOG_OPTIONS } from "../options/log_options.ts";
import { RESTART_POLICIES } from "../options/restart.ts";

/** What most images are made for (the image index's `platform`). */
const PLATFORMS = ["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/386", "linux/riscv64"];

const CONTAINER_STATUSES = ["created", "restarting", "running", "removing", "paused", "exited", "dead"];
const HEALTH_STATUSES = ["starting", "healthy", "unhealthy", "none"];
const EVENT_TYPES = ["container", "image", "volume", "network", "secret", "daemon"];
const BOOLEANS = ["true", "false"];

/** The keys of `--filter`, and their values where there are few. */
const CONTAINER_FILTERS = {
  ancestor: [],
  before: [],
  exited: [],
  expose: [],
  health: HEALTH_STATUSES,
  id: [],
  label: [],
  name: [],
  network: [],
  publish: [],
  since: [],
  status: CONTAINER_STATUSES,
  volume: [],
};
const IMAGE_FILTERS = { before: [], dangling: BOOLEANS, label: [], reference: [], since: [] };
const NETWORK_FILTERS = {
  dangling: BOOLEANS,
  driver: ["bridge", "macvlan", "ipvlan", "host", "null"],
  id: [],
  label: [],
  name: [],
  scope: ["local"],
  type: ["builtin", "custom"],
};
const EVENT_FILTERS = {
  container: [],
  daemon: [],
  event: [],
  image: [],
  label: [],
  network: [],
  type: EVENT_TYPES,
  volume: [],
};
const SECRET_FILTERS = { id: [], label: [], name: [] };
const PRUNE_FILTERS = { label: [], "label!": [], until: [] };

/** By flag, after the command where it is not the same for all. */
const WORDS: Record<string, readonly string[]> = {
  "--cap-add": ["ALL", ...CAPABILITIES],
  "--cap-drop": ["ALL", ...CAPABILITIES],
  "--log-driver": LOG_DRIVERS,
  "--log-opt": LOG_OPTIONS.map((name) => `${name}=`),
  "--platform": PLATFORMS,
  "--restart": [...RESTART_POLICIES, "on-failure:"],
  "--security-opt": [
    "no-new-privileges",
    "seccomp=",
    "seccomp=unconfined",
    "apparmor=",
    "apparmor=unconfined",
  ],
  "--signal": SIGNAL_NAMES,
  "--stop-signal": SIGNAL_NAMES,
  "--tail": ["all"],
  "--ulimit": RLIMITS.map((name) => `${name}=`),
  "ps --filter": filterWords(CONTAINER_FILTERS),
  "container ls --filter": filterWords(CONTAINER_FILTERS),
  "images --filter": filterWords(IMAGE_FILTERS),
  "image ls --filter": filterWords(IMAGE_FILTERS),
  "network ls --filter": filterWords(NETWORK_FILTERS),
  "events --filter": filterWords(EVENT_FILTERS),
  "system events --filter": filterWords(EVENT_FILTERS),
  "secret ls --filter": filterWords(SECRET_FILTERS),
  "container prune --filter": filterWords(PRUNE_FILTERS),
  "image prune --filter": filterWords(PRUNE_FILTERS),
  "network prune --filter": filterWords(PRUNE_FILTERS),
  "system prune --filter": filterWords(PRUNE_FILTERS),
  "--format": ["json"],
};

/** The words for a flag of a command, as `network ls` and `--filter`. */
export function flagWords(command: string, flag: string): readonly string[] {
  return WORDS[`${command} ${flag}`] ?? WORDS[flag] ?? [];
}

function filterWords(filters: Record<string, string[]>): string[] {
  return Object.entries(filters).flatMap((
    [key, values],
  ) => [`${key}=`, ...values.map((value) => `${key}=${value}`)]);
}
