/** The filters of `ps`. */
import { formatReference, InvalidReferenceError, parseReference } from "../../../oci/reference.ts";
import type { Digest } from "../../../oci/digest.ts";
import { BudgieError } from "../../base/errors.ts";
import { parseContainerPorts, portsOf, PortSpecError } from "../../base/port_spec.ts";
import { containerMounts } from "../../bundle/volume.ts";
import { healthOf } from "../../engine/policy/health_status.ts";
import type { ContainerView } from "../../engine/view.ts";
import type { ContainerRecord } from "../../store/container.ts";
import { containerLabels } from "./container_row.ts";
import { type FilterKeys, labelTest, namePattern, oneOf, parseFilters, type Test } from "./filter.ts";
import { boundPorts, exposedPorts } from "./ports.ts";

const STATUSES = ["created", "restarting", "running", "removing", "paused", "exited", "dead"] as const;
const HEALTHS = ["starting", "healthy", "unhealthy", "none"] as const;

/** What filters look up beside the container itself. */
export interface FilterContext {
  /** @throws NotFoundError */
  find(name: string): ContainerView;
  /** the layers of an image on this host, lowest first; undefined when there is no such image */
  layersOf(image: string): readonly Digest[] | undefined;
  networksOf(record: ContainerRecord): { id: string; name: string }[];
}

/** @throws BudgieError for an unknown key or a value that makes no sense */
export function containerFilter(filters: readonly string[], context: FilterContext): Test<ContainerView> {
  return parseFilters(filters, filterKeys(context));
}

function filterKeys({ find, layersOf, networksOf }: FilterContext): FilterKeys<ContainerView> {
  return {
    id: (value) => ({ record }) => record.id.startsWith(value),
    name: (value) => {
      const pattern = namePattern(value);
      return ({ record }) => pattern.test(record.name) || pattern.test(`/${record.name}`);
    },
    label: labelTest(({ record }: ContainerView) => containerLabels(record)),
    exited: (value) => {
      if (!/^\d+$/.test(value)) {
        throw new BudgieError(`Cannot filter by 'exited=${value}': it is an exit code`);
      }
      return (view) => view.status === "exited" && view.exitCode === Number(value);
    },
    status: (value) => {
      const status = oneOf("status", value, STATUSES);
      return (view) => view.status === status;
    },
    ancestor: (value) => ancestorTest(value, layersOf(value)),
    before: (value) => {
      const { createdAt } = find(value).record;
      return ({ record }) => record.createdAt < createdAt;
    },
    since: (value) => {
      const { createdAt } = find(value).record;
      return ({ record }) => record.createdAt > createdAt;
    },
    volume: (value) => ({ record }) =>
      containerMounts(record).some(({ source, target }) => source === value || target === value),
    network: (value) => ({ record }) =>
      networksOf(record).some(({ id, name }) => name === value || (isId(value) && id.startsWith(value))),
    health: (value) => {
      const health = oneOf("health", value, HEALTHS);
      return (view) => (healthOf(view)?.status ?? "none") === health;
    },
    publish: (value) => {
      const fits = portTest("publish", value);
      return (view) => boundPorts(view).some(({ hostPort, protocol }) => fits(`${hostPort}/${protocol}`));
    },
    expose: (value) => {
      const fits = portTest("expose", value);
      return ({ record }) => exposedPorts(record).some(fits);
    },
  };
}

/** As much as `network ls` shows of an ID. */
function isId(value: string): boolean {
  return /^[0-9a-f]{12,}$/.test(value);
}

/** Whether `80/tcp` is among the ports of a filter: `80`, `80/udp`, `8000-8010`. */
function portTest(key: string, value: string): Test<string> {
  try {
    const { ports, protocol } = parseContainerPorts(value);
    const wanted = new Set(portsOf(ports).map((port) => `${port}/${protocol}`));
    return (port) => wanted.has(port);
  } catch (error) {
    if (!(error instanceof PortSpecError)) throw error;
    throw new BudgieError(`Cannot filter by '${key}=${value}': ${error.message}`);
  }
}

// An image's children begin with its layers; its own name is known even when the image itself has gone.
function ancestorTest(value: string, layers: readonly Digest[] | undefined): Test<ContainerView> {
  const reference = normalised(value);
  const id = value.replace(/^sha256:/, "");
  return ({ record }) =>
    record.imageReference === reference ||
    (id.length >= 4 && record.imageId.startsWith(`sha256:${id}`)) ||
    (layers !== undefined && layers.length > 0 &&
      layers.every((layer, index) => record.image.rootfs.diff_ids[index] === layer));
}

function normalised(value: string): string | undefined {
  try {
    return formatReference(parseReference(value));
  } catch (error) {
    if (error instanceof InvalidReferenceError) return undefined;
    throw error;
  }
}
