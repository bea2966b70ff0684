/** The health check of a container: what the user said, over what the image says, over docker's defaults. */
import type { ImageHealthcheck } from "../../../oci/image.ts";
import type { ContainerRecord, HealthcheckOption, ProbeOption } from "../../store/container.ts";

/** A check with every question answered. */
export interface Healthcheck extends Required<Omit<HealthcheckOption, "probe">> {
  probe: Exclude<ProbeOption, { type: "none" }>;
}

const NANOSECONDS_PER_MS = 1e6;

/** Docker's ("Dockerfile reference", HEALTHCHECK). */
const DEFAULTS = {
  intervalMs: 30_000,
  timeoutMs: 30_000,
  retries: 3,
  startPeriodMs: 0,
  startIntervalMs: 5_000,
  onUnhealthy: "restart" as const,
};

/** undefined when there is none, or it is switched off. */
export function healthcheckOf({ options, image }: ContainerRecord): Healthcheck | undefined {
  const ofImage = image.config?.Healthcheck ?? {};
  const probe = options.healthcheck?.probe ?? imageProbe(ofImage.Test);
  if (!probe || probe.type === "none") return undefined;
  return {
    ...DEFAULTS,
    ...withoutUndefined(imageTimes(ofImage)),
    ...withoutUndefined(options.healthcheck ?? {}),
    probe,
  };
}

// What docker doesn't know is no check to docker either.
function imageProbe(test: string[] | undefined): ProbeOption | undefined {
  switch (test?.[0]) {
    case "NONE":
      return { type: "none" };
    case "CMD":
    case "CMD-SHELL":
      return { type: "command", test: test! };
    default:
      return undefined;
  }
}

// 0 is docker's way to say "not given", and a millisecond the shortest that it takes.
function imageTimes(image: ImageHealthcheck): Partial<Healthcheck> {
  const ms = (nanoseconds: number | undefined) =>
    nanoseconds ? Math.max(nanoseconds / NANOSECONDS_PER_MS, 1) : undefined;
  return {
    intervalMs: ms(image.Interval),
    timeoutMs: ms(image.Timeout),
    retries: image.Retries || undefined,
    startPeriodMs: ms(image.StartPeriod),
    startIntervalMs: ms(image.StartInterval),
  };
}

function withoutUndefined<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
