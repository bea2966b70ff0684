/** A container as one row of `ps`: the fields that `--format` can name, in docker's words. */
import { mergeExecutionConfig } from "../../bundle/execution_config.ts";
import { containerMounts } from "../../bundle/volume.ts";
import { healthOf } from "../../engine/policy/health_status.ts";
import type { ContainerView } from "../../engine/view.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { portsText } from "./ports.ts";
import { printable } from "../output/printable.ts";
import { formatAgo, formatDuration, formatLocalTime } from "../output/time.ts";

const SHORT_ID = 12;
const COMMAND_WIDTH = 20;
const MOUNT_WIDTH = 15;
const REASON_WIDTH = 60;

/** Titles of the columns, and of every field in `--format 'table …'`. */
export const CONTAINER_HEADERS = {
  ID: "CONTAINER ID",
  Image: "IMAGE",
  Command: "COMMAND",
  CreatedAt: "CREATED AT",
  RunningFor: "CREATED",
  Ports: "PORTS",
  State: "STATE",
  Status: "STATUS",
  HealthStatus: "HEALTH STATUS",
  Size: "SIZE",
  Names: "NAMES",
  Labels: "LABELS",
  Mounts: "MOUNTS",
  LocalVolumes: "LOCAL VOLUMES",
  Networks: "NETWORKS",
  RestartCount: "RESTARTS",
};

/** How a row is shown. */
export interface RowOptions {
  /** milliseconds */
  now: number;
  truncate: boolean;
  /** as `0B (virtual 5MB)`; it costs a walk over the files, so it is only called when asked for */
  size: (record: ContainerRecord) => string;
  /** called when it is asked for */
  networkNames: (record: ContainerRecord) => string[];
}

/** Getters, because a table shows seven fields of sixteen, and there may be hundreds of rows. */
export function containerRow(view: ContainerView, { now, truncate, size, networkNames }: RowOptions) {
  const { record } = view;
  const shorten = (text: string, width: number) => truncate ? ellipsis(text, width) : text;
  return {
    ID: truncate ? record.id.slice(0, SHORT_ID) : record.id,
    get Image() {
      return imageName(record, truncate);
    },
    get Command() {
      return JSON.stringify(shorten(commandText(commandOf(record)), COMMAND_WIDTH));
    },
    get CreatedAt() {
      return formatLocalTime(record.createdAt);
    },
    get RunningFor() {
      return formatAgo(record.createdAt, now);
    },
    get Ports() {
      return portsText(view);
    },
    State: view.status,
    get Status() {
      return statusText(view, { now, truncate });
    },
    get HealthStatus() {
      return healthOf(view)?.status ?? "";
    },
    get Size() {
      return size(record);
    },
    Names: record.name,
    get Labels() {
      return Object.entries(containerLabels(record)).map(([key, value]) => `${key}=${value}`).join(",");
    },
    Label(key: string) {
      const labels = containerLabels(record);
      return Object.hasOwn(labels, key) ? labels[key] : ""; // not what every object inherits
    },
    get Mounts() {
      const sources = containerMounts(record).filter(({ type }) => type !== "tmpfs").map(({ source }) =>
        source
      );
      return sources.map((source) => shorten(source, MOUNT_WIDTH)).join(",");
    },
    get LocalVolumes() {
      return String(containerMounts(record).filter(({ type }) => type === "volume").length);
    },
    get Networks() {
      return networkNames(record).join(",");
    },
    RestartCount: String(view.restartCount),
  };
}

/** The image's labels and the container's own, which win. */
export function containerLabels(record: ContainerRecord): Record<string, string> {
  return { ...record.image.config?.Labels, ...record.options.labels };
}

/** `Up 3 minutes (healthy)`, `Exited (137) 2 hours ago`, `Restarting (1) 5 seconds ago`, `Created`. */
export function statusText(
  view: ContainerView,
  { now, truncate }: Pick<RowOptions, "now" | "truncate">,
): string {
  const up = () => `Up ${formatDuration(now - Date.parse(view.startedAt ?? view.record.createdAt))}`;
  switch (view.status) {
    case "running":
      return up() + healthText(view);
    case "paused":
      return `${up()} (Paused)`;
    case "restarting":
      return restartingText(view, now) + reasonText(view, truncate);
    case "exited":
      return exitedText(view, now);
    case "removing":
      return "Removal In Progress";
    default:
      return view.status[0].toUpperCase() + view.status.slice(1);
  }
}

// Whether memory was short is worth a word that docker leaves to `inspect`.
function exitedText({ exitCode, finishedAt, oomKilled, record }: ContainerView, now: number): string {
  const ended = `Exited (${exitCode}) ${formatAgo(finishedAt ?? record.createdAt, now)}`;
  return oomKilled ? `${ended} (out of memory)` : ended;
}

function healthText(view: ContainerView): string {
  const status = healthOf(view)?.status;
  if (status === undefined) return "";
  return status === "starting" ? " (health: starting)" : ` (${status})`;
}

function restartingText({ exitCode, waiting, record }: ContainerView, now: number): string {
  return `Restarting (${waiting?.exitCode ?? exitCode}) ${
    formatAgo(waiting?.since ?? record.createdAt, now)
  }`;
}

// It may quote what an image says.
function reasonText({ waiting }: ContainerView, truncate: boolean): string {
  if (waiting?.reason === undefined) return "";
  const line = printable(waiting.reason.replace(/\s+/g, " "));
  return `: ${truncate ? ellipsis(line, REASON_WIDTH) : line}`;
}

// As the user wrote it; an ID in its short form.
function imageName({ imageReference, options }: ContainerRecord, truncate: boolean): string {
  if (!imageReference.startsWith("sha256:")) return options.image;
  return truncate ? imageReference.slice("sha256:".length).slice(0, SHORT_ID) : imageReference;
}

function commandOf({ options, image }: ContainerRecord): string[] {
  return mergeExecutionConfig(options, image).args;
}

// docker puts quotes around arguments with spaces, to be read and not to be run.
function commandText(args: string[]): string {
  return args.map((arg, index) => index > 0 && arg.includes(" ") ? `'${arg}'` : arg).join(" ");
}

function ellipsis(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join("")}…` : text;
}
