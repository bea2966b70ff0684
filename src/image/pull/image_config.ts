/** The configuration of an image, checked once: from here on its fields are what their types say. */
import { isDigest } from "../../../oci/digest.ts";
import type { ExecutionConfig, ImageConfig, Manifest, Platform } from "../../../oci/image.ts";
import { isPrintable, parseJson, UnusableImageError } from "./document.ts";

/** The configuration that belongs to a manifest. @throws UnusableImageError */
export function parseConfig(content: Uint8Array, manifest: Manifest, what: string): ImageConfig {
  const config = parseJson(content, "configuration", what) as unknown as ImageConfig;
  const diffIDs: unknown = config.rootfs?.diff_ids ?? [];
  if (!Array.isArray(diffIDs) || !diffIDs.every(isDigest)) {
    throw new UnusableImageError(what, "its configuration has no valid list of diffIDs");
  }
  if (diffIDs.length !== manifest.layers.length) {
    throw new UnusableImageError(
      what,
      `it has ${manifest.layers.length} layers, but its configuration has ${diffIDs.length} diffIDs`,
    );
  }
  if (!isPlatform(config)) {
    throw new UnusableImageError(what, "its configuration names no operating system or architecture");
  }
  if (config.os !== "linux") throw new UnusableImageError(what, `it is for ${config.os}, not for linux`);
  if (!isString(config.created ?? "")) {
    throw new UnusableImageError(what, "its configuration's 'created' is not a string");
  }
  checkExecution(config.config, what);
  return { ...config, rootfs: { type: "layers", diff_ids: diffIDs } };
}

function isPlatform(value: Platform): boolean {
  const { os, architecture, variant } = value;
  return isPrintable(os) && isPrintable(architecture) && (!variant || isPrintable(variant));
}

/** What a field of "config" must be (image-spec config.md); `null` is as good as nothing. */
const KINDS: { [Field in keyof ExecutionConfig]?: [string, (value: unknown) => boolean] } = {
  User: ["a string", isString],
  WorkingDir: ["a string", isString],
  StopSignal: ["a string", isString],
  Env: ["a list of strings", isStringList],
  Entrypoint: ["a list of strings", isStringList],
  Cmd: ["a list of strings", isStringList],
  Shell: ["a list of strings", isStringList],
  Labels: ["an object of strings", (value) => isObject(value) && Object.values(value).every(isString)],
  Volumes: ["an object", isObject],
  ExposedPorts: ["an object", isObject],
  Healthcheck: ["a health check", isHealthcheck],
};

function checkExecution(config: unknown, what: string): void {
  if (config === undefined || config === null) return;
  if (!isObject(config)) throw new UnusableImageError(what, "its configuration's 'config' is not an object");
  for (const [field, [kind, fits]] of Object.entries(KINDS)) {
    const value = config[field] ?? undefined;
    if (value === undefined || fits(value)) continue;
    throw new UnusableImageError(what, `its configuration's '${field}' is not ${kind}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isString(value: unknown): boolean {
  return typeof value === "string";
}

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}

/** Docker's image-spec v1.2, "Healthcheck"; fields that nobody knows are nobody's harm. */
function isHealthcheck(value: unknown): boolean {
  if (!isObject(value) || !isStringList(value.Test ?? [])) return false;
  const numbers = [value.Interval, value.Timeout, value.StartPeriod, value.StartInterval, value.Retries];
  return numbers.every((number) => (number ?? 0) === 0 || Number.isInteger(number) && number as number > 0);
}
