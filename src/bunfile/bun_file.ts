/** A checked document of a .bun file. */
import { bunSchema } from "./schema.ts";
import type { Position } from "../yaml/tree.ts";
import type { ValueOf } from "../yaml/types/type.ts";

/**
 * One container's description: every key of the table in schema.ts, defaults filled in, durations in
 * milliseconds, sizes in bytes, host paths absolute, `environment` with the variables of `env_file`.
 * `[]`, `{}` and `undefined` mean that nothing was asked for. Plain JSON.
 */
export type BunFile = ValueOf<typeof bunSchema> & { source: BunSource };

/** Where it came from. */
export interface BunSource {
  /** absolute */
  path: string;
  /** as the person wrote it, or found in the folder that the person wrote: for messages */
  written: string;
  /** which of the file's documents it is, from 0 on */
  document: number;
  /** of the keys at the top that the file has */
  positions: Readonly<Record<string, Position>>;
}

/** A key that asks for a feature of a later release. */
export interface UnsupportedKey extends Position {
  key: string;
}

/** The keys that are good but cannot be honoured yet, in the order of the file; running has to refuse them. */
export function unsupportedKeys(bun: BunFile): UnsupportedKey[] {
  const values: Record<string, unknown> = bun;
  return Object.entries(bunSchema.keys!)
    .filter(([key, { notYet }]) => Object.hasOwn(bun.source.positions, key) && notYet?.asks(values[key]))
    .map(([key]) => ({ key, ...bun.source.positions[key] }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** `shop.bun:12:1`, where the dependencies are written, or else the container itself. */
export function dependencyPlace({ source: { written, positions } }: BunFile): string {
  const { line, column } = positions.depends_on ?? positions.name ?? positions.image;
  return `${written}:${line}:${column}`;
}
