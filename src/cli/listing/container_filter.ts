/** The filters of `ps`. */
import { formatReference, InvalidReferenceError, parseReference } from "../../../oci/reference.ts";
import type { Digest } from "../../../oci/digest.ts";
import { BudgieError, NotSupportedError } from "../../base/errors.ts";
import { containerMounts } from "../../bundle/volume.ts";
import type { ContainerView } from "../../engine/view.ts";
import { containerLabels } from "./container_row.ts";
import { type FilterKeys, labelTest, oneOf, parseFilters, type Test } from "./filter.ts";

const STATUSES = ["created", "restarting", "running", "removing", "paused", "exited", "dead"] as const;
const HEALTHS = ["starting", "healthy", "unhealthy", "none"] as const;

/** What filters look up beside the container itself. */
export interface FilterContext {
  /** @throws NotFoundError */
  find(name: string): ContainerView;
  /** the layers of an image on this host, lowest first; undefined when there is no such image */
  layersOf(image: string): readonly Digest[] | undefined;
}

/** @throws BudgieError for an unknown key or a value that makes no sense */
export function containerFilter(filters: readonly string[], context: FilterContext): Test<ContainerView> {
  return parseFilters(filters, filterKeys(context));
}

function filterKeys({ find, layersOf }: FilterContext): FilterKeys<ContainerView> {
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
    network: (value) => ({ record }) => record.options.network === value,
    health: (value) => {
      const health = oneOf("health", value, HEALTHS);
      return () => health === "none";
    },
    publish: refused("publish"),
    expose: refused("expose"),
  };
}

function refused(key: string) {
  return (): never => {
    throw new NotSupportedError(`--filter ${key}`);
  };
}

function namePattern(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch {
    throw new BudgieError(`Cannot filter by 'name=${value}': it is not a regular expression`);
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
