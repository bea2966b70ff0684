/** Sizes in bytes: read as docker reads them, written as docker writes them. */
import { UsageError } from "./errors.ts";

const BINARY_FACTORS: Record<string, number> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/**
 * Bytes from `512`, `512m`, `1.5g`, `64kb`, `2GiB`: units are binary multiples, whatever their spelling.
 * @throws UsageError if it is not a size, is negative, or is not exact in a double
 */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgt])?i?b?$/i.exec(text.trim());
  const bytes = match ? Math.round(Number(match[1]) * BINARY_FACTORS[(match[2] ?? "b").toLowerCase()]) : NaN;
  if (!Number.isSafeInteger(bytes)) {
    throw new UsageError(`Cannot read '${text}' as a size`, {
      hint: "Write bytes, or a number with k, m or g: 512m",
    });
  }
  return bytes;
}

/** `1.23MB`: decimal multiples and three significant digits, for what lies on disk or crosses a network. */
export function formatDecimalSize(bytes: number): string {
  return formatSize(bytes, 1000, ["B", "kB", "MB", "GB", "TB", "PB"], 3);
}

/** `1.234MiB`: binary multiples and four significant digits, for memory. */
export function formatBinarySize(bytes: number): string {
  return formatSize(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"], 4);
}

function formatSize(bytes: number, base: number, units: string[], digits: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${Number(value.toPrecision(digits))}${units[unit]}`;
}
