/** Which machine an image is for (OCI image-spec image-index.md, "platform"; containerd's variant rules). */
import { BudgieError, UsageError } from "../src/base/errors.ts";
import type { Descriptor, ImageIndex, Platform } from "./image.ts";

/** An index has nothing for the platform that was asked for. */
export class NoMatchingPlatformError extends BudgieError {
  override name = "NoMatchingPlatformError";

  constructor(readonly wanted: Platform, readonly available: Platform[]) {
    const list = [...new Set(available.map(formatPlatform))].join(", ") || "none";
    super(`Cannot choose an image for ${formatPlatform(wanted)}: there are ${list}`, {
      hint: "Choose one of these with --platform",
    });
  }
}

/** Spellings that are in use for the same architecture. */
const ARCHITECTURES: Record<string, { architecture: string; variant?: string }> = {
  x86_64: { architecture: "amd64" },
  "x86-64": { architecture: "amd64" },
  i386: { architecture: "386" },
  i686: { architecture: "386" },
  aarch64: { architecture: "arm64" },
  armhf: { architecture: "arm", variant: "v7" },
  armel: { architecture: "arm", variant: "v6" },
};

/**
 * `linux/arm64/v8`, `linux/amd64`; `amd64` alone means linux. Known aliases become the standard's names.
 * @throws UsageError
 */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split("/");
  if (parts.length > 3 || !parts.every((part) => /^[a-z0-9_.-]+$/.test(part))) {
    throw new UsageError(`Cannot read '${text.slice(0, 100)}' as a platform`, {
      hint: "Write os/architecture or os/architecture/variant: linux/arm64",
    });
  }
  const [os, architecture, variant] = parts.length === 1 ? ["linux", parts[0]] : parts;
  return normalise({ os, architecture, variant });
}

/** `linux/arm64/v8` */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join("/");
}

/** Of the machine that budgie runs on. */
export function hostPlatform(): Platform {
  return normalise({ os: "linux", architecture: Deno.build.arch });
}

/**
 * Whether a machine that was described as `wanted` runs what was built for `built`: the same architecture,
 * and a variant that is no newer (arm/v7 runs v6).
 */
export function platformMatches(built: Platform, wanted: Platform): boolean {
  return variantRank(normalise(built), normalise(wanted)) >= 0;
}

/**
 * The manifest of an index for a platform: the nearest variant, and the first one of equals.
 * @throws NoMatchingPlatformError
 */
export function selectManifest(index: ImageIndex, wanted: Platform): Descriptor {
  const candidates = index.manifests.filter(isForMachine);
  // A single image that does not say what it is for leaves no choice.
  const only = index.manifests.length === 1 && index.manifests[0];
  if (only && !only.platform) return only;
  const exact = normalise(wanted);
  let best: { descriptor: Descriptor; rank: number } | undefined;
  for (const descriptor of candidates) {
    const rank = variantRank(normalise(descriptor.platform), exact);
    if (rank >= 0 && (!best || rank < best.rank)) best = { descriptor, rank };
  }
  if (!best) throw new NoMatchingPlatformError(exact, candidates.map(({ platform }) => platform));
  return best.descriptor;
}

// Attestations (build provenance) are listed as manifests for "unknown/unknown".
function isForMachine(descriptor: Descriptor): descriptor is Descriptor & { platform: Platform } {
  const { platform, annotations } = descriptor;
  if (!platform || annotations?.["vnd.docker.reference.type"] !== undefined) return false;
  return platform.os !== "unknown" && platform.architecture !== "unknown";
}

function normalise({ os, architecture, variant }: Platform): Platform {
  const known = ARCHITECTURES[architecture] ?? { architecture };
  const full = { os, architecture: known.architecture, variant: variant || known.variant };
  // The baseline of an architecture has two spellings; containerd's choice of the two is kept.
  if (full.architecture === "arm64" && full.variant === "v8") full.variant = undefined;
  if (full.architecture === "amd64" && full.variant === "v1") full.variant = undefined;
  if (full.architecture === "arm" && !full.variant) full.variant = "v7";
  return full.variant ? full : { os: full.os, architecture: full.architecture };
}

/** 0: the very variant; higher: older ones that run as well, the nearest first; -1: does not run. */
function variantRank(built: Platform, wanted: Platform): number {
  if (built.os !== wanted.os || built.architecture !== wanted.architecture) return -1;
  if (built.variant === wanted.variant) return 0;
  const distance = variantNumber(wanted) - variantNumber(built);
  return distance > 0 ? distance : -1;
}

/** The number of `v7`; the baseline's where there is none; NaN, which matches nothing, for anything else. */
function variantNumber({ architecture, variant }: Platform): number {
  if (variant === undefined) return architecture === "arm64" ? 8 : 1;
  return Number(/^v(\d+)$/.exec(variant)?.[1] ?? NaN);
}
